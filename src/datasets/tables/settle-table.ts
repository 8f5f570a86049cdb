import { randomBytes } from 'node:crypto';
import type { Ctx } from '../../kit/context.ts';
import { sqlState, type Tx, withTransaction } from '../../kit/database.ts';
import { isProblem, Problem } from '../../kit/problem.ts';
import {
  type CompiledPolicy,
  compilePolicy,
  type PolicyContent,
  policyContent,
} from '../../release/index.ts';
import { columnsJson, policyVersion, relationOf } from './find-table.ts';
import { limits, type TableColumn } from './table.ts';

type Audience = 'released' | 'granted';

export type LockedTable = {
  id: string;
  datasetId: string;
  slug: string;
  access: string;
  policyVersion: number;
  policy: PolicyContent;
  zone: string;
  generation: number | null;
  lies: 'private' | Audience | null;
  rows: number;
  nextRow: number;
  version: number;
  seenVersion: number | null;
  seenColumns: string[] | null;
  columns: TableColumn[];
};

/** A table, with its dataset held as it is: no other change of it and none of its access or policy is on the way. */
export async function lockTable(tx: Tx, datasetId: string): Promise<LockedTable | undefined> {
  // The table first: a file is stored into it for minutes, and nobody who closes the dataset waits for that.
  await tx.query('select from private.data_table where dataset_id = $1 for update', [datasetId]);
  await tx.query('select from private.dataset where id = $1 for share', [datasetId]);
  return readTable(tx, datasetId);
}

/** A table as it is at this moment. */
export async function readTable(tx: Tx, datasetId: string): Promise<LockedTable | undefined> {
  const { rows } = await tx.query<Omit<LockedTable, 'policy'> & { policy: unknown }>(
    `select t.id, t.dataset_id as "datasetId", ds.slug, ds.access, ${policyVersion('ds')} as "policyVersion",
       ds.policy, t.zone, t.generation, t.lies, t.rows::float8 as rows,
       t.next_row::float8 as "nextRow", t.version, t.policy_version as "seenVersion", t.policy_columns as "seenColumns",
       coalesce(${columnsJson('private', 't.id')}, '[]') as columns
     from private.data_table t join private.dataset ds on ds.id = t.dataset_id where t.dataset_id = $1`,
    [datasetId],
  );
  const found = rows[0];
  if (!found) return undefined;
  const policy = policyContent.parse(typeof found.policy === 'object' && found.policy ? found.policy : {});
  return { ...found, policy };
}

/** A new number for a relation of this table; none is given twice. */
export async function nextGeneration(tx: Tx, tableId: string): Promise<number> {
  const { rows } = await tx.query<{ generations: number }>(
    'update private.data_table set generations = generations + 1 where id = $1 returning generations',
    [tableId],
  );
  return rows[0]?.generations as number;
}

export async function makeRelation(
  tx: Tx,
  schema: string,
  tableId: string,
  generation: number,
  columns: readonly Pick<TableColumn, 'type'>[],
): Promise<void> {
  await tx.query('select private.make_relation($1, $2, $3, $4)', [
    schema,
    tableId,
    generation,
    columns.map(({ type }) => type),
  ]);
}

/** Which columns of a table of that size have an index: those of its key, then the others from the left. */
export function indexedPositions(columns: readonly TableColumn[], rows: number): number[] {
  if (rows < limits.indexFrom) return [];
  const ordered = [...columns.filter(({ isKey }) => isKey), ...columns.filter(({ isKey }) => !isKey)];
  return ordered.slice(0, limits.indexedColumns).map(({ position }) => position);
}

export async function indexRelation(
  tx: Tx,
  schema: string,
  tableId: string,
  generation: number,
  columns: readonly TableColumn[],
  rows: number,
): Promise<void> {
  await tx.query('select private.index_relation($1, $2, $3, $4, $5)', [
    schema,
    tableId,
    generation,
    indexedPositions(columns, rows),
    rows >= limits.indexFrom,
  ]);
}

/**
 * Brings what may be seen of a locked table into line with its dataset's access class and release policy, in the
 * caller's transaction. Where the policy changes nothing, the one relation lies in the audience's schema; else it lies
 * in `private`, and what is released is made anew, or made of the rows that were added (`addedAfter`) where each row
 * stands by itself. A policy that cannot be obeyed releases nothing, and the steward reads why.
 */
export async function settleTable(
  tx: Tx,
  ctx: Pick<Ctx, 'clock'>,
  table: LockedTable,
  addedAfter?: number,
): Promise<void> {
  const audience: Audience | undefined =
    table.access === 'open' ? 'released' : table.access === 'restricted' ? undefined : 'granted';
  const now = ctx.clock.now();
  let fault: string | null = null;
  let dueAt: Date | null = null;
  if (table.generation === null) return;
  const changes = table.policy.steps.length > 0;
  await moveTo(tx, table, changes ? 'private' : (audience ?? 'private'));
  if (!changes) {
    if (audience)
      await announce(tx, table, audience, table.generation, table.columns, table.rows, table.nextRow - 1);
  } else {
    try {
      checkColumns(table);
      const compiled = compilePolicy(table.columns, table.policy);
      if (compiled.delay) dueAt = new Date(now.getTime() + 600_000);
      if (audience) await release(tx, table, audience, compiled, now, addedAfter);
    } catch (error) {
      if (!isProblem(error)) throw error;
      fault = error.message;
    }
  }
  for (const schema of ['released', 'granted'] as const)
    if (schema !== audience || fault)
      await tx.query(`delete from ${schema}.data_table where id = $1`, [table.id]);
  const seen = table.seenVersion === table.policyVersion && table.seenColumns;
  await tx.query(
    `update private.data_table set fault = $2, due_at = $3, policy_version = $4, policy_columns = $5, settled = $6 where id = $1`,
    [
      table.id,
      fault,
      dueAt,
      table.policyVersion,
      seen || table.columns.map(({ name }) => name),
      settledAs(table),
    ],
  );
}

const settledAs = ({ access, policyVersion: policy, version }: LockedTable): string =>
  `${access}:${policy}:${version}`;

/** Columns that nobody had before him when the policy was approved are nobody's to release. */
function checkColumns(table: LockedTable): void {
  if (table.seenVersion !== table.policyVersion || !table.seenColumns) return;
  const fresh = table.columns.filter(({ name }) => !table.seenColumns?.includes(name));
  if (fresh.length > 0)
    throw new Problem(
      'conflict',
      `The release policy was approved before these columns came: ${fresh.map(({ name }) => name).join(', ')}. Propose it anew.`,
    );
}

async function moveTo(tx: Tx, table: LockedTable, side: 'private' | Audience): Promise<void> {
  if (table.lies === side || table.generation === null) return;
  // Whoever reads the table now is waited for, but not for long: the next round tries again.
  await tx.query("set local lock_timeout = '2s'");
  await tx.query('select private.move_relation($1, $2, $3, $4)', [
    table.id,
    table.generation,
    table.lies,
    side,
  ]);
  await tx.query('update private.data_table set lies = $2 where id = $1', [table.id, side]);
  await tx.query('set local lock_timeout = 0');
  table.lies = side;
}

async function release(
  tx: Tx,
  table: LockedTable,
  audience: Audience,
  compiled: CompiledPolicy,
  now: Date,
  addedAfter: number | undefined,
): Promise<void> {
  const raw = relationOf({ schema: 'private', id: table.id, generation: table.generation as number });
  const { rows: before } = await tx.query<{ generation: number; rows: number; indexed: boolean }>(
    `select generation, rows::float8 as rows, exists (select from ${audience}.table_column c where c.table_id = t.id and c.indexed) as indexed
     from ${audience}.data_table t where id = $1 and policy_version = $2`,
    [table.id, table.policyVersion],
  );
  const grows = compiled.rowByRow && addedAfter !== undefined ? before[0] : undefined;
  const generation = grows?.generation ?? (await nextGeneration(tx, table.id));
  if (!grows) await makeRelation(tx, audience, table.id, generation, compiled.columns);
  const names = ['_id', ...compiled.columns.map(({ position }) => `c${position}`)].join(', ');
  const source = grows ? `(select * from ${raw} where _id > ${Math.trunc(addedAfter as number)})` : raw;
  // One key for one release, kept nowhere: stricter than any life that the policy gives it.
  const inserted = await tx.query(
    `insert into ${relationOf({ schema: audience, id: table.id, generation })} (${names}) ${compiled.select(source)}`,
    [randomBytes(32), now, table.zone],
  );
  const count = (grows?.rows ?? 0) + (inserted.rowCount ?? 0);
  if (!grows || (!grows.indexed && count >= limits.indexFrom))
    await indexRelation(tx, audience, table.id, generation, compiled.columns, count);
  const last = compiled.rowByRow ? table.nextRow - 1 : count;
  await announce(tx, table, audience, generation, compiled.columns, count, last);
}

/** The row by which doors find the table. */
async function announce(
  tx: Tx,
  table: LockedTable,
  audience: Audience,
  generation: number,
  columns: readonly TableColumn[],
  rows: number,
  lastRow: number,
): Promise<void> {
  await tx.query(
    `insert into ${audience}.data_table (id, dataset_id, generation, rows, last_row, zone, version, policy_version, changed_at)
     select id, dataset_id, $2, $3, $4, zone, version, $5, changed_at from private.data_table where id = $1
     on conflict (id) do update set generation = excluded.generation, rows = excluded.rows, last_row = excluded.last_row,
       zone = excluded.zone, version = excluded.version, policy_version = excluded.policy_version, changed_at = excluded.changed_at`,
    [table.id, generation, rows, lastRow, table.policyVersion],
  );
  await tx.query(`delete from ${audience}.table_column where table_id = $1`, [table.id]);
  const indexed = new Set(indexedPositions(columns, rows));
  await tx.query(
    `insert into ${audience}.table_column (table_id, position, name, type, nullable, is_key, treated, indexed)
     select $1, c.position, c.name, c.type, c.nullable, c."isKey", c.treated, c.indexed
     from jsonb_to_recordset($2) as c (position int, name text, type text, nullable boolean, "isKey" boolean, treated text, indexed boolean)`,
    [
      table.id,
      JSON.stringify(columns.map((column) => ({ ...column, indexed: indexed.has(column.position) }))),
    ],
  );
}

/**
 * Settles every table that is out of line: after a change of access or policy, when delayed rows are due, or after a
 * stop. Called on `dataset-changed` and by a job; safe to repeat. Drops relations that nothing names any more.
 */
export async function settleTables(ctx: Ctx): Promise<number> {
  const { rows } = await ctx.app.query<{ dataset: string }>(
    `select t.dataset_id as dataset from private.data_table t join private.dataset ds on ds.id = t.dataset_id
     where t.generation is not null and (t.settled is distinct from concat_ws(':', ds.access, ${policyVersion('ds')}, t.version)
       or t.due_at <= $1
       or (t.fault is null and ds.access <> 'restricted' and not exists (select from released.data_table r where r.id = t.id
         union all select from granted.data_table g where g.id = t.id)))`,
    [ctx.clock.now()],
  );
  for (const { dataset } of rows) {
    try {
      await withTransaction(ctx.app, async (tx) => {
        const table = await lockTable(tx, dataset);
        if (table) await settleTable(tx, ctx, table);
      });
    } catch (error) {
      // 55P03: somebody reads it at length.
      if (sqlState(error) === '55P03')
        ctx.log.info({ dataset }, 'a table is being read; it is settled later');
      // Nothing of it is shown; the others must not wait for it.
      else ctx.log.error({ dataset, err: error }, 'a table could not be settled');
    }
  }
  await dropUnnamed(ctx);
  return rows.length;
}

/** Relations that nothing names any more. One that is still being read is left to the next round. */
async function dropUnnamed(ctx: Ctx): Promise<void> {
  const { rows } = await ctx.app.query<{ audience: string; of_table: string; generation: number }>(
    `select l.* from private.list_relations() l
     where not exists (select from private.data_table d where d.id = l.of_table and d.generation = l.generation and d.lies = l.audience)
       and not exists (select from released.data_table d where d.id = l.of_table and d.generation = l.generation and l.audience = 'released')
       and not exists (select from granted.data_table d where d.id = l.of_table and d.generation = l.generation and l.audience = 'granted')
     limit 100`,
  );
  for (const { audience, of_table, generation } of rows) {
    try {
      await withTransaction(ctx.app, async (tx) => {
        await tx.query("set local lock_timeout = '1s'");
        await tx.query('select private.drop_relation($1, $2, $3)', [audience, of_table, generation]);
      });
    } catch (error) {
      if (sqlState(error) !== '55P03')
        ctx.log.warn({ err: error }, 'a table that nothing names could not be dropped');
    }
  }
}
