import { checkFile, fileRows } from './interpret-file.ts';
import { makeRegisterReader, type RegisterEntry } from './interpret-register.ts';
import { isBlank, type Reject } from './interpret-row.ts';
import type { LoadedMapping, SensorsRegister, ThingsRegister } from './mapping.ts';

/** What became of a register's rows: added + known + repeated + rejected = rows. */
export type RegisterSummary = {
  rows: number;
  emptyRows: number;
  leftOutRows: number;
  /** Not there before. */
  added: number;
  /** There already, and brought up to date. */
  known: number;
  /** Rows whose key an earlier row of the file has, with the same content. */
  repeated: number;
  rejected: number;
  rejectedBy: Map<string, number>;
};

export type RegisterInput = {
  path: string;
  loaded: LoadedMapping;
  register: ThingsRegister | SensorsRegister;
  maxBytes?: number | undefined;
  onRejects?: (rejects: readonly Reject[]) => Promise<void> | void;
};

const batchRows = 2000;

/** Reads a register once for its form, and returns its number of rows. @throws Problem `invalid` with the place */
export function checkRegister({ path, loaded, register, maxBytes }: RegisterInput): Promise<number> {
  const seeHeader = (header: readonly string[]) => void makeRegisterReader(loaded, register, header);
  return checkFile(path, loaded, seeHeader, { maxBytes });
}

/**
 * Hands a register's entries on in batches, each key once, and counts what became of the rows. `take` is told how many
 * rows have been read, and tells how many of its entries were not there before.
 */
export async function walkRegister(
  input: RegisterInput,
  take: (entries: readonly RegisterEntry[], rowsRead: number) => Promise<number>,
): Promise<RegisterSummary> {
  const { path, loaded, register } = input;
  const summary: RegisterSummary = {
    rows: 0,
    emptyRows: 0,
    leftOutRows: 0,
    added: 0,
    known: 0,
    repeated: 0,
    rejected: 0,
    rejectedBy: new Map(),
  };
  const seen = new Map<string, string>();
  let waiting: RegisterEntry[] = [];
  let rejects: Reject[] = [];
  let done = 0;

  const reject = (line: number, column: string, value: string, reason: string) => {
    summary.rejected++;
    summary.rejectedBy.set(reason, (summary.rejectedBy.get(reason) ?? 0) + 1);
    rejects.push({ line, column, value, reason, cells: 1 });
  };
  const flush = async () => {
    if (rejects.length > 0) await input.onRejects?.(rejects);
    rejects = [];
    const entries = waiting;
    waiting = [];
    if (entries.length === 0) return;
    const added = await take(entries, done);
    summary.added += added;
    summary.known += entries.length - added;
  };

  let reader: ReturnType<typeof makeRegisterReader> | undefined;
  for await (const { header, rows } of fileRows(path, loaded, { maxBytes: input.maxBytes })) {
    reader ??= makeRegisterReader(loaded, register, header);
    for (const row of rows) {
      done++;
      if (row.fault === undefined && isBlank(row.fields)) {
        summary.emptyRows++;
        continue;
      }
      if (row.fault === undefined && !reader.keeps(row.fields)) {
        summary.leftOutRows++;
        continue;
      }
      summary.rows++;
      const entry = row.fault ?? reader.read(row);
      if ('reason' in entry) {
        reject(row.line, entry.column, entry.value, entry.reason);
        continue;
      }
      const content = JSON.stringify(entry);
      const before = seen.get(entry.key);
      if (before === undefined) {
        seen.set(entry.key, content);
        waiting.push(entry);
      } else if (before === content) summary.repeated++;
      else
        reject(row.line, reader.keyColumn, entry.key, 'an earlier row has this key and says something else');
    }
    if (waiting.length >= batchRows) await flush();
  }
  await flush();
  return summary;
}
