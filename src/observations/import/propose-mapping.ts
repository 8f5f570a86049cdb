import type { Code, MappingInput } from './mapping.ts';
import { type ColumnGuess, guessColumn, guessSigns } from './propose-column.ts';
import { proposeTime, type TimeNote } from './propose-time.ts';
import type { Sample } from './sample-file.ts';
import { hintOf } from './unit-hints.ts';

export type ProposalNote = TimeNote | 'no-time' | 'nothing-measured' | 'no-sensor' | 'repeats';

/** A mapping that a file suggests, and for each of its columns what led to it. A person corrects both. */
export type Proposal = {
  mapping: MappingInput;
  columns: { column: string; examples: string[]; kind: ColumnGuess['kind']; missing: Code[] }[];
  notes: ProposalNote[];
};

const nameOfSensor =
  /dev_?eui|device|sensor|station|node|site|garage|beach|buoy|meter|detector|counter_?id|location|locationname|serial|mac$|(^|[_ ])code$|garagecode|name$/i;
const nameOfRow = /^(?:_?id|row|index|record ?id|objectid|fid|no\.?|number)$/i;
const latitudeName = /^(?:.*[_. ])?lat(?:itude)?$/i;
const longitudeName = /^(?:.*[_. ])?(?:lon|lng|long|longitude)$/i;
const radioName = /(?:^|\.)(?:rssi|l?snr)$/i;

/** Proposes what a file means, from a sample of its rows. Pure: the same sample, the same proposal. */
export function proposeMapping(
  sample: Sample,
  about: { dataset: MappingInput['dataset']; zone: string },
): Proposal {
  const { columns: names, rows, file } = sample;
  const cells = names.map((_, at) => rows.map((row) => row[at] ?? ''));
  const values = (at: number) => cells[at] ?? [];
  // Times of rows without any value are not asked for.
  const timed = proposeTime(names, values, about.zone);
  const others = names.map((_, at) => at).filter((at) => !timed?.columns.includes(at));
  const signs = guessSigns(others.map(values));
  const guesses = names.map((_, at) => guessColumn(values(at), signs));
  const times = timed
    ? rows.map((row) => timed.columns.map((at) => (row[at] ?? '').trim()).join(' '))
    : rows.map(() => '');
  const sensor = timed ? findSensor(names, guesses, values, times, timed.columns) : undefined;
  const place = findPlace(names, guesses);
  const sent = file.payloads.map(({ into }) => `${into}.`);
  const measured = others.filter((at) => {
    const [name = '', guess] = [names[at], guesses[at]];
    if (!guess || at === sensor || guess.kind === 'text' || guess.kind === 'empty') return false;
    if (latitudeName.test(name) || longitudeName.test(name) || nameOfRow.test(name)) return false;
    if (sent.length > 0) return sent.some((start) => name.startsWith(start)) || radioName.test(name);
    if (isDate(name)) return false;
    return (
      !guess.counts && !isTrait(values(at), sensor === undefined ? undefined : values(sensor), file.format)
    );
  });
  const common = commonCodes(measured.map((at) => guesses[at] as ColumnGuess));
  const repeats = timed
    ? repeated(times, sensor === undefined ? undefined : values(sensor), rows, measured)
    : false;
  const sensorName = sensor === undefined ? undefined : names[sensor];
  const mapping: MappingInput = {
    dataset: about.dataset,
    file: {
      ...file,
      delimiter: file.delimiter === '\t' ? 'tab' : file.delimiter,
      ...signs,
      missing: common,
      ...(sample.ragged ? { ragged: 'tolerate' as const } : {}),
    },
    time: timed?.time ?? { column: names[0] ?? '#1', format: 'iso', zone: about.zone },
    thing: {
      key: sensorName === undefined ? 'sensor' : `{${sensorName}}`,
      name: sensorName === undefined ? about.dataset.title : `{${sensorName}}`,
      ...(place ? { location: place } : {}),
    },
    datastreams: measured.map((at) =>
      streamOf(names[at] ?? '', guesses[at] as ColumnGuess, common, sample.whole, sensorName),
    ),
    conflict: repeats ? 'keep-first' : 'reject',
  };
  const notes: ProposalNote[] = [
    ...(timed?.notes ?? ['no-time' as const]),
    ...(measured.length === 0 ? ['nothing-measured' as const] : []),
    ...(timed && sensor === undefined ? ['no-sensor' as const] : []),
    ...(repeats ? ['repeats' as const] : []),
  ];
  const columns = names.map((column, at) => ({
    column,
    examples: [...new Set(values(at).filter((value) => value.trim() !== ''))]
      .slice(0, 3)
      .map((value) => value.slice(0, 60)),
    kind: guesses[at]?.kind ?? 'empty',
    missing: guesses[at]?.missing ?? [],
  }));
  return { mapping, columns, notes };
}

const isDate = (name: string) => /(?:^|[_. ])(?:date|time|timestamp|year|month|day|hour)$/i.test(name);

/** A value column as a mapping writes it, from its name alone and what its cells are. */
export function streamOf(
  column: string,
  guess: Pick<ColumnGuess, 'kind' | 'missing'>,
  common: readonly Code[],
  whole: boolean,
  sensor: string | undefined,
): MappingInput['datastreams'][number] {
  const { unit, property } = hintOf(column);
  const own = guess.missing.filter((code) => !common.includes(code));
  // A decimal may come in rows that were not looked at.
  const type = guess.kind === 'empty' || (guess.kind === 'integer' && !whole) ? 'number' : guess.kind;
  return {
    column,
    name: sensor === undefined ? plain(column) : `${plain(column)}, {${sensor}}`,
    type,
    ...(type === 'text' || type === 'boolean' ? {} : { unit }),
    observed_property: property,
    ...(own.length > 0 ? { missing: own } : {}),
  };
}

/** A name as a template writes it. */
const plain = (text: string) => text.replaceAll('{', '{{').replaceAll('}', '}}');

/** The column that tells the sensors apart: with it a time occurs once. */
function findSensor(
  names: readonly string[],
  guesses: readonly ColumnGuess[],
  values: (at: number) => readonly string[],
  times: readonly string[],
  timeColumns: readonly number[],
): number | undefined {
  const moments = new Set(times).size;
  const rows = times.length;
  let best: { at: number; score: number } | undefined;
  for (const [at, name] of names.entries()) {
    const guess = guesses[at];
    if (
      !guess ||
      timeColumns.includes(at) ||
      nameOfRow.test(name) ||
      latitudeName.test(name) ||
      longitudeName.test(name)
    )
      continue;
    const called = nameOfSensor.test(name);
    if (guess.kind === 'empty' || guess.kind === 'number' || guess.kind === 'boolean') continue;
    if (guess.kind === 'integer' && !called) continue;
    if (
      guess.distinct > Math.max(1, rows / 3) ||
      (guess.distinct < 2 && !/dev_?eui|device|sensor|station/i.test(name))
    )
      continue;
    const column = values(at);
    if (column.filter((value) => value.trim() === '').length * 20 > rows) continue;
    const pairs = new Set(times.map((time, row) => `${time}\u0000${column[row]}`)).size;
    // A word that differs between the rows of a time, and is not called a sensor, must stand for as many rows as it has values.
    if (!called && (rows / moments < guess.distinct / 2 || guess.distinct < 2)) continue;
    const score =
      pairs / rows +
      (called ? 0.5 : 0) +
      (/dev_?eui|_?id$/i.test(name) ? 0.1 : 0) -
      guess.distinct / rows / 100;
    if (pairs * 100 < rows * 90) continue;
    if (!best || score > best.score) best = { at, score };
  }
  return best?.at;
}

function findPlace(names: readonly string[], guesses: readonly ColumnGuess[]) {
  const number = (at: number) => ['number', 'integer'].includes(guesses[at]?.kind ?? '');
  const latitude = names.findIndex((name, at) => latitudeName.test(name) && number(at));
  const longitude = names.findIndex((name, at) => longitudeName.test(name) && number(at));
  const [latitudeColumn, longitudeColumn] = [names[latitude], names[longitude]];
  if (latitudeColumn === undefined || longitudeColumn === undefined) return undefined;
  return { longitude_column: longitudeColumn, latitude_column: latitudeColumn };
}

/** What a sensor is, not what it measures: one value for each of several sensors; in records of a network, one for all. */
function isTrait(values: readonly string[], sensors: readonly string[] | undefined, format: string): boolean {
  if (format !== 'csv' && new Set(values).size === 1) return true;
  if (!sensors) return false;
  const known = new Map<string, string>();
  for (const [row, value] of values.entries()) {
    const sensor = sensors[row] ?? '';
    const before = known.get(sensor);
    if (before !== undefined && before !== value) return false;
    known.set(sensor, value);
  }
  return new Set(known.values()).size > 1 && values.length > 2 * known.size;
}

/** Codes that most measured columns share are said once, for the file. */
function commonCodes(guesses: readonly ColumnGuess[]): Code[] {
  const times = new Map<Code, number>();
  for (const code of guesses.flatMap(({ missing }) => missing)) times.set(code, (times.get(code) ?? 0) + 1);
  return [...times].filter(([, count]) => count > 1 && count * 2 > guesses.length).map(([code]) => code);
}

/** The same sensor and time occurs in several rows that hold something. */
function repeated(
  times: readonly string[],
  sensors: readonly string[] | undefined,
  rows: readonly (readonly string[])[],
  measured: readonly number[],
): boolean {
  const seen = new Set<string>();
  let again = 0;
  for (const [at, time] of times.entries()) {
    if (!measured.some((column) => (rows[at]?.[column] ?? '').trim() !== '')) continue;
    const key = `${time}\u0000${sensors?.[at] ?? ''}`;
    if (seen.has(key)) again++;
    seen.add(key);
  }
  // One or two are what the end of summer time repeats.
  return again > 2 && again * 1000 > times.length;
}
