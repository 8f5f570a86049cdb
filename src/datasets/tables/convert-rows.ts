import type { SourceRow } from '../../kit/files/split-csv.ts';
import { Problem } from '../../kit/problem.ts';
import { compileCells } from './cells.ts';
import type { StoredRow } from './store-rows.ts';
import { limits, type TablePlan } from './table.ts';

export type Reject = { line: number; column: string; value: string; reason: string };

/** What became of the records so far. */
export type Tally = { read: number; stored: number; bad: number; rejects: Reject[] };

/**
 * Makes the rows of a table of a file's records, as the plan says; the first record is the header. A row that cannot be
 * stored is counted and told with its line, and the others go on. Errors: invalid, when the header is not that of the plan.
 */
export function convertRows(
  records: AsyncIterable<SourceRow[]>,
  plan: TablePlan,
  zone: string,
): { rows: AsyncGenerator<StoredRow[], void, void>; tally: Tally } {
  const tally: Tally = { read: 0, stored: 0, bad: 0, rejects: [] };
  const readers = plan.columns.map((column) => ({
    ...column,
    read: compileCells(column.type, column.format, zone),
  }));
  const csv = plan.file.format === 'csv' ? plan.file : undefined;
  let width = 0;
  const reject = (line: number, column: string, value: string, reason: string): undefined => {
    tally.bad++;
    if (tally.rejects.length < limits.rejects)
      tally.rejects.push({ line, column, value: value.slice(0, 200), reason });
    return undefined;
  };
  const convert = ({ line, fields }: SourceRow): StoredRow | undefined => {
    if (csv && fields.length < width && !csv.fill)
      return reject(line, '', String(fields.length), `${fields.length} fields instead of ${width}`);
    if (csv && fields.length > width && fields.slice(width).some((field) => field.trim() !== ''))
      return reject(line, '', String(fields.length), `${fields.length} fields instead of ${width}`);
    const row: (string | null)[] = [];
    for (const { field, name, nullable, read } of readers) {
      const text = fields[field] ?? '';
      const value = read(text);
      if (value !== null && typeof value === 'object') return reject(line, name, text, value.reason);
      if (value === null && !nullable) return reject(line, name, text, 'empty, where a value is needed');
      row.push(value);
    }
    return row;
  };
  async function* rows(): AsyncGenerator<StoredRow[], void, void> {
    let header = true;
    for await (const batch of records) {
      const good: StoredRow[] = [];
      for (const record of batch) {
        if (header) {
          header = false;
          width = record.fields.length;
          const beyond = csv && plan.columns.find(({ field }) => field >= width);
          if (beyond)
            throw new Problem(
              'invalid',
              `Line ${record.line} has ${width} fields, and “${beyond.name}” should be field ${beyond.field + 1}.`,
            );
          continue;
        }
        tally.read++;
        const row = convert(record);
        if (row) good.push(row);
      }
      tally.stored += good.length;
      yield good;
    }
  }
  return { rows: rows(), tally };
}
