import { constants, zstdCompressSync } from 'node:zlib';
import type { ColumnChunk, SchemaElement, Statistics } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';

/**
 * Writes Parquet as rows arrive, one row group in memory at a time. hyparquet-writer keeps the file's frame and footer; the
 * pages are made here, for what a series of readings is: columns that stay the same for thousands of rows, times and numbers.
 * Pages are compressed with Zstandard.
 */
export type Column = { name: string; required?: boolean } & (
  | { kind: 'timestamp' | 'double' | 'int' }
  | { kind: 'text' }
);
export const rowGroupSize = 100_000;

/** What one row group holds of a column, until it is written. */
type Held =
  | { kind: 'number'; values: DataView<ArrayBuffer>; present: Uint8Array; nulls: number }
  | { kind: 'text'; runs: [text: string | null, rows: number][] };

export class ParquetRows {
  private readonly columns: readonly Column[];
  private readonly bytes = new ByteWriter();
  private readonly file: ParquetWriter;
  private held: Held[];
  private taken = 0;
  private rows = 0;

  constructor(columns: readonly Column[]) {
    this.columns = columns;
    this.file = new ParquetWriter({
      writer: this.bytes,
      schema: schemaOf(columns),
      createdBy: 'Charter Oak',
    });
    this.held = columns.map(hold);
  }

  /** How many rows have come in all. */
  get count(): number {
    return this.rows;
  }

  /** Whether the row group is full: then `flush` before the next row. */
  get full(): boolean {
    return this.taken === rowGroupSize;
  }

  /** Times in microseconds since 1970, numbers, or null; the row counts once `endRow` is called. */
  setNumber(column: number, value: number | null): void {
    const held = this.held[column] as Extract<Held, { kind: 'number' }>;
    if (value === null) held.nulls++;
    else {
      held.values.setFloat64((this.taken - held.nulls) * 8, value, true);
      held.present[this.taken] = 1;
    }
  }
  setInteger(column: number, value: bigint | null): void {
    const held = this.held[column] as Extract<Held, { kind: 'number' }>;
    if (value === null) held.nulls++;
    else {
      held.values.setBigInt64((this.taken - held.nulls) * 8, value, true);
      held.present[this.taken] = 1;
    }
  }
  /** The same text again costs nothing. */
  setText(column: number, value: string | null): void {
    const { runs } = this.held[column] as Extract<Held, { kind: 'text' }>;
    const last = runs.at(-1);
    if (last && last[0] === value) last[1]++;
    else runs.push([value, 1]);
  }
  endRow(): void {
    this.taken++;
    this.rows++;
  }

  /** The bytes that are ready: the row group that was held, and what stood before it. */
  flush(): Buffer {
    if (this.taken > 0) {
      const from = this.bytes.offset;
      const chunks = this.held.map((held, index) => this.write(this.columns[index] as Column, held));
      this.file.row_groups.push({
        columns: chunks,
        num_rows: BigInt(this.taken),
        total_byte_size: chunks.reduce(
          (sum, { meta_data }) => sum + (meta_data?.total_uncompressed_size ?? 0n),
          0n,
        ),
        total_compressed_size: BigInt(this.bytes.offset - from),
      });
      this.file.num_rows += BigInt(this.taken);
      this.held = this.columns.map(hold);
      this.taken = 0;
    }
    return this.ready();
  }

  /** The last bytes, with the footer. */
  finish(): Buffer {
    const last = this.flush();
    this.file.finish();
    return Buffer.concat([last, this.ready()]);
  }

  private ready(): Buffer {
    const ready = Buffer.from(new Uint8Array(this.bytes.buffer, 0, this.bytes.index));
    this.bytes.index = 0;
    return ready;
  }

  private write(column: Column, held: Held): ColumnChunk {
    const start = this.bytes.offset;
    const pages =
      held.kind === 'number'
        ? numberPages(column, held, this.taken)
        : textPages(column, held.runs, this.taken);
    let uncompressed = 0;
    let dictionaryAt: bigint | undefined;
    let dataAt = BigInt(start);
    for (const page of pages.pages) {
      if (page.kind === 'dictionary') dictionaryAt = BigInt(this.bytes.offset);
      else dataAt = BigInt(this.bytes.offset);
      const body = compress(page.body);
      const levels = page.levels?.length ?? 0;
      const header = pageHeader(page, levels + page.body.length, levels + body.length);
      this.bytes.appendBytes(header);
      if (page.levels) this.bytes.appendBytes(page.levels);
      this.bytes.appendBytes(body);
      uncompressed += header.length + levels + page.body.length;
    }
    return {
      file_offset: BigInt(start),
      meta_data: {
        type: physical(column),
        encodings: pages.encodings,
        path_in_schema: [column.name],
        codec: 'ZSTD',
        num_values: BigInt(this.taken),
        total_uncompressed_size: BigInt(uncompressed),
        total_compressed_size: BigInt(this.bytes.offset - start),
        data_page_offset: dataAt,
        ...(dictionaryAt === undefined ? {} : { dictionary_page_offset: dictionaryAt }),
        statistics: pages.statistics,
      },
    };
  }
}

const compress = (body: Uint8Array): Uint8Array =>
  zstdCompressSync(body, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });

const physical = ({ kind }: Column) =>
  kind === 'text' ? 'BYTE_ARRAY' : kind === 'double' ? 'DOUBLE' : 'INT64';

function schemaOf(columns: readonly Column[]): SchemaElement[] {
  return [
    { name: 'readings', num_children: columns.length },
    ...columns.map((column): SchemaElement => {
      const base = {
        name: column.name,
        type: physical(column),
        repetition_type: column.required ? 'REQUIRED' : 'OPTIONAL',
      } as const;
      if (column.kind === 'text')
        return { ...base, converted_type: 'UTF8', logical_type: { type: 'STRING' } };
      if (column.kind !== 'timestamp') return base;
      return {
        ...base,
        converted_type: 'TIMESTAMP_MICROS',
        logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
      };
    }),
  ];
}

function hold({ kind }: Column): Held {
  if (kind === 'text') return { kind: 'text', runs: [] };
  const values = new DataView(new ArrayBuffer(rowGroupSize * 8));
  return { kind: 'number', values, present: new Uint8Array(rowGroupSize), nulls: 0 };
}

type Page = {
  kind: 'dictionary' | 'data';
  body: Uint8Array;
  levels?: Uint8Array;
  values: number;
  nulls: number;
  isPlain: boolean;
};
type Pages = { pages: Page[]; encodings: ('PLAIN' | 'RLE' | 'RLE_DICTIONARY')[]; statistics: Statistics };

function numberPages(column: Column, held: Extract<Held, { kind: 'number' }>, rows: number): Pages {
  const { values, present, nulls } = held;
  const count = rows - nulls;
  const body = new Uint8Array(values.buffer, 0, count * 8);
  const statistics: Statistics = { null_count: BigInt(nulls) };
  if (count > 0) {
    const [low, high] =
      column.kind === 'double' ? boundsOfDoubles(values, count) : boundsOfIntegers(values, count);
    if (low !== undefined && high !== undefined) {
      statistics.min_value = low;
      statistics.max_value = high;
    }
  }
  const levels = column.required ? {} : { levels: runLengths(runsOf(present, rows), 1) };
  const page: Page = { kind: 'data', body, ...levels, values: rows, nulls, isPlain: true };
  return { pages: [page], encodings: column.required ? ['PLAIN'] : ['PLAIN', 'RLE'], statistics };
}

function boundsOfDoubles(values: DataView, count: number): [number, number] | [undefined, undefined] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < count * 8; at += 8) {
    const value = values.getFloat64(at, true);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  // A bound of zero covers both zeros, as the format asks.
  return low <= high ? [low === 0 ? -0 : low, high === 0 ? 0 : high] : [undefined, undefined];
}

function boundsOfIntegers(values: DataView, count: number): [bigint, bigint] {
  let low = values.getBigInt64(0, true);
  let high = low;
  for (let at = 8; at < count * 8; at += 8) {
    const value = values.getBigInt64(at, true);
    if (value < low) low = value;
    else if (value > high) high = value;
  }
  return [low, high];
}

/** A dictionary, unless nearly every text is another one. */
function textPages(column: Column, runs: readonly [string | null, number][], rows: number): Pages {
  const dictionary = new Map<string, number>();
  const indexes: [number, number][] = [];
  const levels: [number, number][] = [];
  let nulls = 0;
  for (const [text, count] of runs) {
    levels.push([text === null ? 0 : 1, count]);
    if (text === null) {
      nulls += count;
      continue;
    }
    let index = dictionary.get(text);
    if (index === undefined) {
      index = dictionary.size;
      dictionary.set(text, index);
    }
    indexes.push([index, count]);
  }
  const statistics: Statistics = { null_count: BigInt(nulls) };
  const its = column.required ? {} : { levels: runLengths(merged(levels), 1) };
  const data = { kind: 'data', ...its, values: rows, nulls } as const;
  if (dictionary.size > 1000 && dictionary.size * 2 > rows - nulls) {
    const body = plainTexts(
      runs.flatMap(([text, count]) => (text === null ? [] : new Array<string>(count).fill(text))),
    );
    return { pages: [{ ...data, body, isPlain: true }], encodings: ['PLAIN', 'RLE'], statistics };
  }
  const width = Math.max(1, Math.ceil(Math.log2(dictionary.size || 1)));
  const body = Buffer.concat([Buffer.of(width), runLengths(merged(indexes), width)]);
  const words = plainTexts([...dictionary.keys()]);
  return {
    pages: [
      { kind: 'dictionary', body: words, values: dictionary.size, nulls: 0, isPlain: true },
      { ...data, body, isPlain: false },
    ],
    encodings: ['PLAIN', 'RLE', 'RLE_DICTIONARY'],
    statistics,
  };
}

function plainTexts(texts: readonly string[]): Uint8Array {
  const parts: Buffer[] = [];
  for (const text of texts) {
    const bytes = Buffer.from(text);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    parts.push(length, bytes);
  }
  return Buffer.concat(parts);
}

function runsOf(present: Uint8Array, rows: number): [number, number][] {
  const runs: [number, number][] = [];
  for (let from = 0; from < rows; ) {
    const value = present[from] as number;
    const next = present.indexOf(1 - value, from);
    const to = next < 0 || next > rows ? rows : next;
    runs.push([value, to - from]);
    from = to;
  }
  return runs;
}

function merged(runs: readonly [number, number][]): [number, number][] {
  const result: [number, number][] = [];
  for (const [value, count] of runs) {
    const last = result.at(-1);
    if (last && last[0] === value) last[1] += count;
    else result.push([value, count]);
  }
  return result;
}

/** Runs alone, of the hybrid of runs and bit-packed groups [Parquet, RLE/Bit-Packing Hybrid]. */
function runLengths(runs: readonly [number, number][], width: number): Uint8Array {
  const bytes: number[] = [];
  for (const [value, count] of runs) {
    varint(bytes, count * 2);
    for (let shift = 0; shift < width; shift += 8) bytes.push((value >> shift) & 0xff);
  }
  return Uint8Array.from(bytes);
}

function varint(bytes: number[], value: number): void {
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
}

/** In Thrift's compact protocol [parquet.thrift, PageHeader]. */
function pageHeader(page: Page, uncompressed: number, compressed: number): Uint8Array {
  const bytes: number[] = [];
  const field = (value: number) => {
    bytes.push(0x15);
    varint(bytes, value * 2);
  };
  field(page.kind === 'dictionary' ? 2 : 3);
  field(uncompressed);
  field(compressed);
  if (page.kind === 'dictionary') {
    bytes.push(0x4c);
    for (const value of [page.values, 0]) field(value);
  } else {
    bytes.push(0x5c);
    for (const value of [
      page.values,
      page.nulls,
      page.values,
      page.isPlain ? 0 : 8,
      page.levels?.length ?? 0,
      0,
    ])
      field(value);
  }
  bytes.push(0, 0);
  return Uint8Array.from(bytes);
}
