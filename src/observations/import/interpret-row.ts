import type { Instant } from '../../kit/files/local-time.ts';
import type { SourceRow } from '../../kit/files/split-csv.ts';
import { Problem } from '../../kit/problem.ts';
import { compileCell, compileNumber, matchCode, type ReadCell } from './cell-values.ts';
import { type ColumnIndex, compileTemplate, type Fill, findColumns } from './columns.ts';
import { compileThing, type DescribedThing, detach, type ThingReader } from './described-things.ts';
import type {
  ConflictRule,
  DatastreamShape,
  FileShape,
  LoadedMapping,
  ReadingsMapping,
  RowsShape,
} from './mapping.ts';
import { compileTime, type Period } from './time-column.ts';

/** One Datastream as the file describes it: a Thing and one of the mapping's value columns. */
export type Series = {
  /** Position among the series in the order in which the file shows them. */
  index: number;
  thing: DescribedThing;
  stream: DatastreamShape;
  key: string;
  name: string;
  description: string;
  conflict: ConflictRule;
  plausible: { min: number | undefined; max: number | undefined };
};

export type ImportedReading = {
  series: Series;
  line: number;
  start: Instant;
  end: Instant | undefined;
  result: number | string | boolean;
  /** What the cell held, for the rejects file. */
  text: string;
};

/** Cells that cannot be stored, and why. A fault of the whole row counts all its cells at once. */
export type Reject = { line: number; column: string; value: string; reason: string; cells: number };

/**
 * What a file holds, counted. A cell is one value column of one row. Every cell is exactly one of: a reading, missing
 * (empty, a code, or absent from a short row), or rejected.
 */
export type RowCounts = {
  rows: number;
  emptyRows: number;
  leftOutRows: number;
  cells: number;
  readings: number;
  missing: { empty: number; code: number; absent: number };
  rejected: number;
  rejectedBy: Map<string, number>;
};

export function emptyCounts(): RowCounts {
  return {
    rows: 0,
    emptyRows: 0,
    leftOutRows: 0,
    cells: 0,
    readings: 0,
    missing: { empty: 0, code: 0, absent: 0 },
    rejected: 0,
    rejectedBy: new Map(),
  };
}

export type RowInterpreter = {
  read: (row: SourceRow) => void;
  /** To be called after the last row: tells the repeated hours apart. */
  finish: () => void;
  /** What has come together since the last call. */
  take: () => { readings: ImportedReading[]; rejects: Reject[] };
  series: readonly Series[];
  counts: RowCounts;
};

type Column = {
  place: number;
  stream: DatastreamShape;
  read: ReadCell;
  thing: number;
  name: Fill;
  description: Fill;
  conflict: ConflictRule;
  plausible: (fields: readonly string[]) => Series['plausible'];
};
type Known = { thing: DescribedThing; series: (Series | undefined)[] };
type Waiting = { order: string; local: number; earlier: Period; later: Period; readings: ImportedReading[] };

/** Rows whose hour must be told by order wait for the end of the file: one hour a year of it. */
const mostWaiting = 500_000;

/**
 * Makes the interpreter of a file's rows. It holds no more than what it has not been asked for yet.
 * @throws Problem `invalid` when the header lacks a column that the mapping names, with the mapping's line
 */
export function makeInterpreter(
  loaded: LoadedMapping,
  mapping: ReadingsMapping,
  header: readonly string[],
): RowInterpreter {
  const index = findColumns(loaded, header);
  const time = compileTime(mapping.time, index);
  const keep = compileFilter(mapping.rows, mapping.file, index);
  const { things, columns } = compileColumns(mapping, index);
  const order = mapping.time.order_by === undefined ? undefined : index(mapping.time.order_by);
  const width = header.length;

  const known = things.map(() => new Map<string, Known>());
  const series: Series[] = [];
  const waiting = new Map<string, Waiting[]>();
  let waitingRows = 0;
  let readings: ImportedReading[] = [];
  let rejects: Reject[] = [];
  const counts = emptyCounts();

  const reject = (line: number, column: string, value: string, reason: string, cells: number) => {
    counts.rejected += cells;
    counts.rejectedBy.set(reason, (counts.rejectedBy.get(reason) ?? 0) + cells);
    rejects.push({ line, column, value: detach(value.slice(0, 200)), reason, cells });
  };

  /** The cells of a row as readings without their time; what is missing or wrong is counted here. */
  const readCells = (row: SourceRow): Found[] => {
    const found: Found[] = [];
    for (const column of columns) {
      const text = row.fields[column.place];
      if (text === undefined) {
        counts.missing.absent++;
        continue;
      }
      const value = column.read(text);
      if (value.kind === 'result') found.push({ column, result: value.result, text });
      else if (value.kind === 'wrong') reject(row.line, column.stream.column, text, value.reason, 1);
      else counts.missing[value.kind]++;
    }
    return found;
  };

  const thingOf = (
    which: number,
    row: SourceRow,
  ): Known | { column: string; value: string; reason: string } => {
    const reader = things[which];
    const held = known[which];
    if (reader === undefined || held === undefined) throw new Error('a column without its thing');
    const key = reader.key(row.fields);
    const before = held.get(key);
    if (before) return before;
    if (key === '') return { column: reader.keyColumn, value: '', reason: 'no sensor is named' };
    const thing = reader.describe(row.fields);
    if ('reason' in thing) return thing;
    const entry: Known = { thing, series: [] };
    held.set(thing.key, entry);
    return entry;
  };

  const seriesOf = (entry: Known, column: Column, row: SourceRow): Series => {
    const place = columns.indexOf(column);
    const before = entry.series[place];
    if (before) return before;
    const made: Series = {
      index: series.length,
      thing: entry.thing,
      stream: column.stream,
      key: column.stream.key ?? column.stream.column,
      name: detach(column.name(row.fields)),
      description: detach(column.description(row.fields)),
      conflict: column.conflict,
      plausible: column.plausible(row.fields),
    };
    entry.series[place] = made;
    series.push(made);
    return made;
  };

  const read = (row: SourceRow) => {
    const { fields, line } = row;
    if (row.fault) {
      counts.rows++;
      counts.cells += columns.length;
      reject(line, row.fault.column, row.fault.value, row.fault.reason, columns.length);
      return;
    }
    if (isBlank(fields)) {
      counts.emptyRows++;
      return;
    }
    if (!keep(fields)) {
      counts.leftOutRows++;
      return;
    }
    counts.rows++;
    counts.cells += columns.length;
    const found = readCells(row);
    if (found.length === 0) return;
    if (fields.length < width && mapping.file.ragged === 'reject') {
      reject(line, '', '', `${fields.length} fields where the header has ${width}`, found.length);
      return;
    }
    if (fields.length > width && !isBlank(fields.slice(width))) {
      reject(
        line,
        '',
        fields.slice(width).join(mapping.file.delimiter),
        `${fields.length} fields where the header has ${width}`,
        found.length,
      );
      return;
    }
    const written = time.text(fields);
    const when = time.read(written);
    if (when.kind === 'wrong') {
      reject(line, time.name, written, when.reason, found.length);
      return;
    }
    const period = when.kind === 'known' ? when.period : when.earlier;
    const made: ImportedReading[] = [];
    for (const { column, result, text } of found) {
      const entry = thingOf(column.thing, row);
      if ('reason' in entry) {
        reject(line, entry.column, entry.value, entry.reason, 1);
        continue;
      }
      made.push({
        series: seriesOf(entry, column, row),
        line,
        start: period.start,
        end: period.end,
        result,
        text,
      });
    }
    counts.readings += made.length;
    if (when.kind === 'known') for (const reading of made) readings.push(reading);
    else if (made[0])
      wait(made[0].series.thing.key, when, made, order === undefined ? '' : (fields[order] ?? '').trim());
  };

  const wait = (
    thing: string,
    when: { local: number; earlier: Period; later: Period },
    made: ImportedReading[],
    orderText: string,
  ) => {
    if (++waitingRows > mostWaiting) {
      throw new Problem(
        'invalid',
        `More than ${mostWaiting} rows fall into a repeated hour; by-order holds them until the end of the file. Choose earlier, later or reject for time.repeated_hour.`,
      );
    }
    const group = `${Math.floor(when.local / 86_400_000_000)} ${thing}`;
    const held = waiting.get(group) ?? [];
    held.push({
      order: detach(orderText),
      local: when.local,
      earlier: when.earlier,
      later: when.later,
      readings: made,
    });
    waiting.set(group, held);
  };

  const finish = () => {
    for (const held of waiting.values()) {
      if (order !== undefined) held.sort(byOrder);
      let before = Number.NEGATIVE_INFINITY;
      let second = false;
      for (const row of held) {
        // The clock went back between this row and the one before it.
        if (row.local <= before) second = true;
        before = row.local;
        const { start, end } = second ? row.later : row.earlier;
        for (const reading of row.readings) readings.push({ ...reading, start, end });
      }
    }
    waiting.clear();
  };

  return {
    read,
    finish,
    take: () => {
      const taken = { readings, rejects };
      readings = [];
      rejects = [];
      return taken;
    },
    series,
    counts,
  };
}

type Found = { column: Column; result: number | string | boolean; text: string };

function compileColumns(
  mapping: ReadingsMapping,
  index: ColumnIndex,
): { things: ThingReader[]; columns: Column[] } {
  const things: ThingReader[] = [];
  const thingPlaces = new Map<object, number>();
  const columns = mapping.datastreams.map((stream): Column => {
    const shape = stream.thing ?? mapping.thing;
    if (shape === undefined) throw new Error('a datastream without a thing passed the schema');
    let thing = thingPlaces.get(shape);
    if (thing === undefined) {
      thing = things.push(compileThing(shape, index, mapping.file)) - 1;
      thingPlaces.set(shape, thing);
    }
    return {
      place: index(stream.column),
      stream,
      read: compileCell(stream, mapping.file),
      thing,
      name: compileTemplate(stream.name, index),
      description: compileTemplate(stream.description ?? stream.name, index),
      conflict: stream.conflict ?? mapping.conflict,
      plausible: compileRange(stream, mapping.file, index),
    };
  });
  return { things, columns };
}

function compileRange(stream: DatastreamShape, file: FileShape, index: ColumnIndex): Column['plausible'] {
  const { min, max, min_column, max_column } = stream.plausible ?? {};
  const number = compileNumber({ decimal: stream.decimal ?? file.decimal, thousands: file.thousands });
  const end = (fixed: number | undefined, column: string | undefined) => {
    if (column === undefined) return () => fixed;
    const place = index(column);
    return (fields: readonly string[]) => number((fields[place] ?? '').trim()) ?? fixed;
  };
  const low = end(min, min_column);
  const high = end(max, max_column);
  return (fields) => ({ min: low(fields), max: high(fields) });
}

/** Makes the test that a row is to be read at all. */
export function compileFilter(
  rows: RowsShape,
  file: FileShape,
  index: ColumnIndex,
): (fields: readonly string[]) => boolean {
  const number = compileNumber({ decimal: file.decimal, thousands: file.thousands });
  const compile = ({ column, in: codes }: RowsShape['only'][number]) => {
    const place = index(column);
    const match = matchCode(codes, number);
    return (fields: readonly string[]) => match((fields[place] ?? '').trim());
  };
  const only = rows.only.map(compile);
  const skip = rows.skip.map(compile);
  if (only.length + skip.length === 0) return () => true;
  return (fields) => only.every((match) => match(fields)) && !skip.some((match) => match(fields));
}

export function isBlank(fields: readonly string[]): boolean {
  for (const field of fields) if (field !== '' && field.trim() !== '') return false;
  return true;
}

function byOrder(a: Waiting, b: Waiting): number {
  const [left, right] = [Number(a.order), Number(b.order)];
  if (!Number.isNaN(left) && !Number.isNaN(right)) return left - right;
  return a.order < b.order ? -1 : a.order > b.order ? 1 : 0;
}
