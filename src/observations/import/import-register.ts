import type { Ctx } from '../../kit/context.ts';
import { type Tx, withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { ensureDataset } from '../../release/index.ts';
import { datasetInputOf } from './dataset-of-mapping.ts';
import type { ImportInput } from './import-file.ts';
import { checkFile, fileRows } from './interpret-file.ts';
import { makeRegisterReader, type RegisterEntry } from './interpret-register.ts';
import { isBlank, type Reject } from './interpret-row.ts';
import type { SensorsRegister, ThingsRegister } from './mapping.ts';
import { storeSensorEntries, storeThingEntries } from './store-register.ts';

/** What became of a register's rows: added + known + repeated + rejected = rows. */
export type RegisterSummary = {
  dataset: string;
  datasetMade: boolean;
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

const batchRows = 2000;

/**
 * Imports a register, a file without readings: each row a Thing that stands somewhere, or what a kind of sensor measures.
 * Importing it again brings what it describes up to date. Errors: as importFile.
 */
export async function importRegister(
  ctx: Ctx,
  input: ImportInput & { register: ThingsRegister | SensorsRegister },
): Promise<RegisterSummary> {
  if (ctx.actor.kind !== 'operator') {
    throw new Problem('not-allowed', 'Files are imported by an operator, at the shell of the installation.');
  }
  const { path, loaded, register } = input;
  const read = input.maxBytes === undefined ? {} : { maxBytes: input.maxBytes };
  const total = await checkFile(path, loaded, (header) => makeRegisterReader(loaded, register, header), read);
  const dataset = datasetInputOf(register.dataset, input.dataset);
  const { id: datasetId, made } = await withTransaction(ctx.app, (tx) => ensureDataset(tx, dataset));
  const summary: RegisterSummary = {
    dataset: dataset.slug,
    datasetMade: made,
    rows: 0,
    emptyRows: 0,
    leftOutRows: 0,
    added: 0,
    known: 0,
    repeated: 0,
    rejected: 0,
    rejectedBy: new Map(),
  };
  const seen = new Map<string, { line: number; content: string }>();
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
    if (entries.length > 0) {
      const added = await withTransaction(ctx.app, (tx) => store(tx, datasetId, entries, ctx.clock.now()));
      summary.added += added;
      summary.known += entries.length - added;
    }
    input.onProgress?.({ phase: 'storing', done, total });
  };

  let reader: ReturnType<typeof makeRegisterReader> | undefined;
  for await (const { header, rows } of fileRows(path, loaded, read)) {
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
        seen.set(entry.key, { line: row.line, content });
        waiting.push(entry);
      } else if (before.content === content) summary.repeated++;
      else
        reject(row.line, reader.keyColumn, entry.key, 'an earlier row has this key and says something else');
    }
    if (waiting.length >= batchRows) await flush();
  }
  await flush();
  if (summary.added + summary.known > 0) ctx.emit({ kind: 'dataset-changed', datasetId });
  return summary;
}

/** Returns how many were not there before. */
async function store(
  tx: Tx,
  datasetId: string,
  entries: readonly RegisterEntry[],
  now: Date,
): Promise<number> {
  const things = entries.filter((entry) => entry.kind === 'thing');
  const sensors = entries.filter((entry) => entry.kind === 'sensor');
  return (
    (await storeThingEntries(tx, datasetId, things, now)) + (await storeSensorEntries(tx, datasetId, sensors))
  );
}
