import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';

const batchSize = 20_000;

/** Moves a dataset's readings to where they belong now. Safe to repeat: it takes whatever still lies on the other side. */
export async function moveReadings(ctx: Ctx, datasetId: string, to: 'released' | 'private'): Promise<number> {
  const from = to === 'released' ? 'private' : 'released';
  const { rows } = await ctx.app.query<{ id: string }>(
    'select id from private.datastream where dataset_id = $1 order by id',
    [datasetId],
  );
  let total = 0;
  for (const { id } of rows) {
    for (let moved = batchSize; moved === batchSize; total += moved) {
      moved = await withTransaction(ctx.app, async (tx) => {
        const result = await tx.query(
          `with batch as (
             select id, phenomenon_start from ${from}.observation where datastream_id = $1
             order by phenomenon_start, id limit $2
           ), gone as (
             delete from ${from}.observation o using batch b
             where o.datastream_id = $1 and o.phenomenon_start = b.phenomenon_start and o.id = b.id returning o.*
           ) insert into ${to}.observation select * from gone`,
          [id, batchSize],
        );
        return result.rowCount ?? 0;
      });
    }
    await withTransaction(ctx.app, (tx) => moveExtent(tx, id, from, to));
  }
  return total;
}

async function moveExtent(
  tx: Parameters<Parameters<typeof withTransaction>[1]>[0],
  datastreamId: string,
  from: string,
  to: string,
): Promise<void> {
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

/** Finishes the moves that a stop interrupted; called at every start. */
export async function resumeMoves(ctx: Ctx): Promise<void> {
  const { rows } = await ctx.app.query<{ id: string; access: 'open' | 'restricted' }>(
    `select distinct ds.id, ds.access from private.dataset ds join private.datastream d on d.dataset_id = ds.id
     where case when ds.access = 'open' then exists (select from private.datastream_extent e where e.datastream_id = d.id)
                else exists (select from released.datastream_extent e where e.datastream_id = d.id) end`,
  );
  for (const { id, access } of rows) {
    const moved = await moveReadings(ctx, id, access === 'open' ? 'released' : 'private');
    ctx.log.info(
      { dataset: id, access, readings: moved },
      'finished moving readings after a change of access',
    );
  }
}
