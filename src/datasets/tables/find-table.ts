import type { Ctx } from '../../kit/context.ts';
import type { Queryable } from '../../kit/database.ts';
import { readBound, readGranted } from '../../release/index.ts';
import type { TableColumn } from './table.ts';

/** A relation with the rows of a table, and what is known of it. */
export type FoundTable = {
  id: string;
  datasetId: string;
  slug: string;
  schema: 'private' | 'released' | 'granted';
  generation: number;
  rows: number;
  /** Row numbers are 1 to this one; without holes it equals `rows`. */
  lastRow: number;
  version: number;
  changedAt: string;
  zone: string;
  columns: TableColumn[];
};

export const columnsJson = (schema: string, of: string): string =>
  `(select json_agg(json_build_object('position', c.position, 'name', c.name, 'type', c.type, 'nullable', c.nullable,
      'isKey', c.is_key${schema === 'private' ? '' : ", 'treated', c.treated, 'indexed', c.indexed"}) order by c.position)
    from ${schema}.table_column c where c.table_id = ${of})`;

/** A table that was released under another policy than that in force is not shown. */
export const policyVersion = (ds: string): string => `${ds}.policy_version`;

/** The table of an open dataset, as everybody may read it; undefined where there is none. */
export async function findOpenTable(
  pool: Queryable,
  of: { dataset: string } | { table: string },
): Promise<FoundTable | undefined> {
  const { rows } = await pool.query<FoundTable>(
    `select t.id, t.dataset_id as "datasetId", ds.slug, 'released' as schema, t.generation, t.rows::float8 as rows,
       t.last_row::float8 as "lastRow", t.version, to_json(t.changed_at) #>> '{}' as "changedAt", t.zone,
       ${columnsJson('released', 't.id')} as columns
     from released.dataset ds join released.data_table t on t.dataset_id = ds.id
     where ds.access = 'open' and t.policy_version = ${policyVersion('ds')} and ${'dataset' in of ? 'ds.slug = $1' : 't.id::text = $1'}`,
    ['dataset' in of ? of.dataset : of.table],
  );
  return rows[0];
}

/** The same for those with a key, in a transaction that bound the dataset. */
export async function findGrantedTable(
  tx: Queryable,
  dataset: { id: string; slug: string },
): Promise<FoundTable | undefined> {
  const { rows } = await tx.query<FoundTable>(
    `select t.id, t.dataset_id as "datasetId", $2 as slug, 'granted' as schema, t.generation, t.rows::float8 as rows,
       t.last_row::float8 as "lastRow", t.version, to_json(t.changed_at) #>> '{}' as "changedAt", t.zone,
       ${columnsJson('granted', 't.id')} as columns
     from granted.data_table t where t.dataset_id = $1`,
    [dataset.id, dataset.slug],
  );
  return rows[0];
}

/**
 * Runs `work` where the asker's table can be read: in `granted`, bound to what a key opens, if the key opens this dataset,
 * else among what is open.
 */
export async function withTables<T>(
  ctx: Ctx,
  of: { dataset: string } | { table: string },
  work: (pool: Queryable, find: () => Promise<FoundTable | undefined>) => Promise<T>,
): Promise<T> {
  const opened =
    ctx.actor.kind === 'reading-key' && 'dataset' in of
      ? (await readGranted(ctx)).find(({ slug }) => slug === of.dataset)
      : undefined;
  if (opened) return readBound(ctx, [opened.id], (tx) => work(tx, () => findGrantedTable(tx, opened)));
  return work(ctx.public, () => findOpenTable(ctx.public, of));
}

/** `schema.t12_3`: made of numbers alone, so that it may stand in a query's text. */
export function relationOf({
  schema,
  id,
  generation,
}: Pick<FoundTable, 'schema' | 'id' | 'generation'>): string {
  if (!/^\d{1,18}$/.test(id) || !Number.isInteger(generation)) throw new Error('a table is known by numbers');
  return `${schema}.t${id}_${generation}`;
}
