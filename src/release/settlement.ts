import type { Ctx } from '../kit/context.ts';
import { type Tx, withTransaction } from '../kit/database.ts';
import { type Side, sideSql, sides } from './audience.ts';

const batchSize = 20_000;

/**
 * Whether readings of the dataset `ds` lie elsewhere than its class says, as SQL: a change of class is followed by
 * `settle`, which may be on its way.
 */
export const isUnsettled = (ds: string): string =>
  `exists (select from private.datastream u where u.dataset_id = ${ds}.id and (${sides
    .map(
      (side) => `(${sideSql(ds)} <> '${side}'
        and exists (select from ${side}.datastream_extent e where e.datastream_id = u.id))`,
    )
    .join(' or ')}))`;

/**
 * Brings a dataset's readings to where its class says now; call it after each change. Every step is a transaction of its
 * own that looks anew, so it can be repeated, and stop anywhere. Returns how many it moved.
 */
export async function settle(ctx: Ctx, datasetId: string): Promise<number> {
  const { rows } = await ctx.app.query<{ id: string }>(
    'select id from private.datastream where dataset_id = $1 order by id',
    [datasetId],
  );
  let total = 0;
  for (const { id } of rows) {
    for (const from of sides) {
      for (let moved = batchSize; moved === batchSize; total += moved)
        moved = await withTransaction(ctx.app, (tx) => moveBatch(tx, datasetId, id, from));
    }
  }
  return total;
}

/** Moves some readings that lie on this side and do not belong there; with the last of them what they span. */
async function moveBatch(tx: Tx, datasetId: string, datastreamId: string, from: Side): Promise<number> {
  const { rows } = await tx.query<{ to: Side }>(
    `select ${sideSql('ds')} as to from private.dataset ds where id = $1 for share`,
    [datasetId],
  );
  const to = rows[0]?.to;
  if (to === undefined || to === from) return 0;
  const { rowCount } = await tx.query(
    `with batch as (
       select id, phenomenon_start from ${from}.observation where datastream_id = $1
       order by phenomenon_start, id limit $2
     ), gone as (
       delete from ${from}.observation o using batch b
       where o.datastream_id = $1 and o.phenomenon_start = b.phenomenon_start and o.id = b.id returning o.*
     ) insert into ${to}.observation select * from gone`,
    [datastreamId, batchSize],
  );
  const moved = rowCount ?? 0;
  if (moved < batchSize) await moveExtent(tx, datastreamId, from, to);
  return moved;
}

async function moveExtent(tx: Tx, datastreamId: string, from: Side, to: Side): Promise<void> {
  await tx.query(
    `with gone as (delete from ${from}.datastream_extent where datastream_id = $1 returning *)
     insert into ${to}.datastream_extent select * from gone
     on conflict (datastream_id) do update set
       readings = datastream_extent.readings + excluded.readings,
       phenomenon_from = least(datastream_extent.phenomenon_from, excluded.phenomenon_from),
       phenomenon_to = greatest(datastream_extent.phenomenon_to, excluded.phenomenon_to),
       result_from = least(datastream_extent.result_from, excluded.result_from),
       result_to = greatest(datastream_extent.result_to, excluded.result_to),
       arrived_at = greatest(datastream_extent.arrived_at, excluded.arrived_at)`,
    [datastreamId],
  );
  await tx.query(
    `with gone as (delete from ${from}.arrival where datastream_id = $1 returning *)
     insert into ${to}.arrival select * from gone`,
    [datastreamId],
  );
}

/** Finishes what a stop interrupted; called at every start. */
export async function settleAll(ctx: Ctx): Promise<void> {
  const { rows } = await ctx.app.query<{ id: string; access: string }>(
    `select ds.id, ds.access from private.dataset ds where ${isUnsettled('ds')} order by ds.id`,
  );
  for (const { id, access } of rows) {
    const moved = await settle(ctx, id);
    ctx.log.info({ dataset: id, access, readings: moved }, 'readings are where their dataset says now');
  }
}
