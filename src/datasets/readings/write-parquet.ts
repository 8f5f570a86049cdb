import { type Column, ParquetRows } from '../files/parquet.ts';
import type { Choice } from './choice.ts';
import type { DatasetDatastream, OpenDataset } from './datastreams.ts';

/** The columns of a Parquet file: those of the CSV, with types. A result that is no number is in `result_text`. */
const same = ['dataset', 'sensor', 'sensor_name', 'series', 'measure', 'unit', 'time_zone'] as const;
const sameColumns = same.map((name): Column => ({ name, kind: 'text', required: name !== 'unit' }));
const rawColumns: Column[] = [
  ...sameColumns,
  { name: 'time_utc', kind: 'timestamp', required: true },
  { name: 'time_end_utc', kind: 'timestamp' },
  { name: 'result', kind: 'double' },
  { name: 'result_text', kind: 'text' },
  { name: 'flag', kind: 'text' },
];
const bucketColumns: Column[] = [
  ...sameColumns,
  { name: 'start_utc', kind: 'timestamp', required: true },
  { name: 'mean', kind: 'double' },
  { name: 'min', kind: 'double' },
  { name: 'max', kind: 'double' },
  { name: 'count', kind: 'int', required: true },
  { name: 'flagged', kind: 'int', required: true },
];

/** PostgreSQL counts from 2000, in microseconds. */
const epoch = 946_684_800_000_000n;
const none = 0xffffffff;

/** Reads what COPY writes in binary, Datastream by Datastream, and gives Parquet. */
export class ParquetReadings {
  private readonly columns: Column[];
  private readonly file: ParquetRows;

  constructor(choice: Pick<Choice, 'resolution'>) {
    this.columns = choice.resolution === 'raw' ? rawColumns : bucketColumns;
    this.file = new ParquetRows(this.columns);
  }

  get rows(): number {
    return this.file.count;
  }

  async *series(
    { slug, zone }: OpenDataset,
    of: DatasetDatastream,
    chunks: AsyncIterable<Buffer>,
  ): AsyncGenerator<Buffer> {
    const words = [slug, of.sensor, of.sensorName, of.name, of.measure, of.unit || null, zone];
    let rest: Buffer = Buffer.alloc(0);
    let begun = false;
    for await (const chunk of chunks) {
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      let at = 0;
      if (!begun) {
        // Signature, flags, and an extension of stated length [PostgreSQL, COPY, Binary Format].
        if (bytes.length < 19 || bytes.length < 19 + bytes.readUInt32BE(15)) {
          rest = bytes;
          continue;
        }
        at = 19 + bytes.readUInt32BE(15);
        begun = true;
      }
      for (let end = this.endOfRow(bytes, at); end > 0; end = this.endOfRow(bytes, at)) {
        this.row(bytes, at, words);
        at = end;
        if (this.file.full) yield this.file.flush();
      }
      rest = bytes.subarray(at);
    }
  }

  finish(): Buffer {
    return this.file.finish();
  }

  /** Where the row that begins here ends; 0 when it is not all there, or there is none. */
  private endOfRow(bytes: Buffer, start: number): number {
    if (start + 2 > bytes.length) return 0;
    const fields = bytes.readInt16BE(start);
    if (fields < 0) return 0;
    let at = start + 2;
    for (let field = 0; field < fields; field++) {
      if (at + 4 > bytes.length) return 0;
      const length = bytes.readUInt32BE(at);
      at += 4 + (length === none ? 0 : length);
    }
    return at <= bytes.length ? at : 0;
  }

  private row(bytes: Buffer, start: number, words: readonly (string | null)[]): void {
    const { file, columns } = this;
    for (let index = 0; index < words.length; index++) file.setText(index, words[index] as string | null);
    let at = start + 2;
    for (let index = words.length; index < columns.length; index++) {
      const length = bytes.readUInt32BE(at);
      at += 4;
      const isThere = length !== none;
      switch ((columns[index] as Column).kind) {
        case 'timestamp':
          file.setInteger(index, isThere ? bytes.readBigInt64BE(at) + epoch : null);
          break;
        case 'int':
          file.setInteger(index, isThere ? bytes.readBigInt64BE(at) : null);
          break;
        case 'double':
          file.setNumber(index, isThere ? bytes.readDoubleBE(at) : null);
          break;
        case 'text':
          file.setText(index, isThere ? bytes.toString('utf8', at, at + length) : null);
      }
      if (isThere) at += length;
    }
    file.endRow();
  }
}
