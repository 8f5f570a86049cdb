import type { Ctx } from '../kit/context.ts';
import { type Tx, withTransaction } from '../kit/database.ts';
import { isProblem } from '../kit/problem.ts';
import { type Side, sideSql, sides } from './audience.ts';
import { deriveBatch, releaseAllDue } from './derive.ts';
import { isWithheld, projectEntities } from './project.ts';
import { clearBatch, turnOf } from './release-readings.ts';

const batchSize = 20_000;
/** Fewer: a writer of the Datastream waits for them. */
const derivedAtOnce = 5000;

/**
 * Whether readings of the dataset `ds` lie elsewhere than its class says, or are not released as its policy says, as
 * SQL: a change is followed by `settle`, which may be on its way.
 */
export const isUnsettled = (ds: string): string =>
  `exists (select from private.datastream u left join private.datastream_release r on r.datastream_id = u.id
    where u.dataset_id = ${ds}.id and case when r.datastream_id is null then ${sides
      .map(
        (side) => `(${sideSql(ds)} <> '${side}'
          and exists (select from ${side}.datastream_extent e where e.datastream_id = u.id))`,
      )
      .join(' or ')}
      else r.phase not in ('settled', 'withheld') or r.version <> ${ds}.policy_version or ${ds}.policy is null
        or r.observed_property_id <> u.observed_property_id end)`;

/**
 * Brings a dataset's readings to where its class says and into the form that its policy says; call it after each
 * change. Every step is a transaction of its own that looks anew, so it can be repeated, and stop anywhere. Returns how
 * many readings it moved, took away or released.
 */
export async function settle(ctx: Ctx, datasetId: string): Promise<number> {
  const { rows } = await ctx.app.query<{ id: string; released: boolean }>(
    `select d.id, r.datastream_id is not null as released from private.datastream d
     left join private.datastream_release r on r.datastream_id = d.id where d.dataset_id = $1 order by d.id`,
    [datasetId],
  );
  let total = 0;
  for (const { id, released } of rows) {
    if (released) total += await settleRelease(ctx, datasetId, id);
    for (const from of sides) {
      for (let moved = batchSize; moved === batchSize; total += moved)
        moved = await withTransaction(ctx.app, (tx) => moveBatch(tx, datasetId, id, from));
    }
  }
  return total;
}

type Held = {
  phase: 'gather' | 'clear' | 'derive' | 'settled' | 'withheld';
  policy: boolean;
  current: boolean;
};

/** The phases of one Datastream's release, one after the other. */
async function settleRelease(ctx: Ctx, datasetId: string, id: string): Promise<number> {
  let total = 0;
  try {
    for (let going = true; going; ) {
      going = await withTransaction(ctx.app, async (tx) => {
        const held = await hold(tx, datasetId, id);
        if (!held) return false;
        if (held.phase === 'gather') {
          let moved = 0;
          for (const from of ['released', 'granted'] as const)
            moved += await moveRows(tx, id, from, 'private');
          total += moved;
          if (moved === 0) await enter(tx, id, 'derive');
          return true;
        }
        if (!held.current && held.phase !== 'clear') {
          await enter(tx, id, 'clear');
          await projectEntities(tx, 'datastream', [id]);
          return true;
        }
        if (held.phase !== 'clear') return held.phase === 'derive';
        const gone = await clearBatch(tx, id, batchSize);
        total += gone;
        if (gone > 0) return true;
        for (const audience of ['released', 'granted'] as const)
          for (const table of ['datastream_extent', 'arrival'])
            await tx.query(`delete from ${audience}.${table} where datastream_id = $1`, [id]);
        await enter(tx, id, 'derive');
        return true;
      });
      if (!going) break;
      const derived = await derive(ctx, datasetId, id);
      total += derived.released;
      going = derived.going;
    }
  } catch (error) {
    if (!isProblem(error)) throw error;
    // It cannot be obeyed: then nothing is released, and the steward reads why.
    await ctx.app.query('update private.datastream_release set fault = $2 where datastream_id = $1', [
      id,
      error.message,
    ]);
    ctx.log.warn({ datastream: id, fault: error.message }, 'a release policy cannot be obeyed');
  }
  return total;
}

/** Releases a Datastream that is in the phase for it, whole; without a policy it is as any other from then on. */
async function derive(
  ctx: Ctx,
  datasetId: string,
  id: string,
): Promise<{ going: boolean; released: number }> {
  const held = await withTransaction(ctx.app, async (tx) => {
    const held = await hold(tx, datasetId, id);
    if (held?.phase !== 'derive' || held.policy || !held.current) return held;
    await tx.query('delete from private.datastream_release where datastream_id = $1', [id]);
    await projectEntities(tx, 'datastream', [id]);
    return undefined;
  });
  if (!held) return { going: false, released: 0 };
  if (held.phase !== 'derive' || !held.current) return { going: true, released: 0 };
  let released = 0;
  let after: { start: string; id: string } | undefined;
  for (;;) {
    const batch = await withTransaction(ctx.app, (tx) =>
      deriveBatch(tx, id, after, derivedAtOnce, ctx.clock.now()),
    );
    if (batch === 'changed') return { going: true, released };
    released += batch.released;
    after = batch.reached;
    if (!after) break;
  }
  released += await releaseAllDue(ctx, id);
  await withTransaction(ctx.app, async (tx) => {
    const now = await hold(tx, datasetId, id);
    if (now?.phase !== 'derive' || !now.current) return;
    await enter(tx, id, 'settled');
    await tx.query(
      `update private.datastream_release r set phase = 'withheld' from private.dataset ds, private.release_policy p
       where r.datastream_id = $1 and ds.id = r.dataset_id and p.dataset_id = ds.id and p.version = ds.policy_version
         and ${isWithheld('r', 'ds', 'p')}`,
      [id],
    );
    await projectEntities(tx, 'datastream', [id]);
    // Where others were shown meanwhile, the files of past months lack this one.
    await tx.query(
      `insert into private.published_file_stale (dataset_id, month) select dataset_id, month
       from private.published_file where dataset_id = $1 and made_at is not null and ended_at is null`,
      [datasetId],
    );
  });
  return { going: false, released };
}

/** A release with its dataset's row and its own, held against writers and changes. */
async function hold(tx: Tx, datasetId: string, id: string): Promise<Held | undefined> {
  await tx.query('select from private.dataset where id = $1 for share', [datasetId]);
  await tx.query(`select pg_advisory_xact_lock(${turnOf('$1')})`, [id]);
  const { rows } = await tx.query<Held>(
    `select r.phase, ds.policy is not null as policy,
       r.version = ds.policy_version and r.observed_property_id = d.observed_property_id
         and (ds.policy is not null or r.phase not in ('settled', 'withheld')) as current
     from private.datastream_release r join private.datastream d on d.id = r.datastream_id
     join private.dataset ds on ds.id = d.dataset_id where r.datastream_id = $1 for update of r`,
    [id],
  );
  return rows[0];
}

async function enter(tx: Tx, id: string, phase: Held['phase']): Promise<void> {
  await tx.query(
    `update private.datastream_release r set phase = $2, fault = null, version = ds.policy_version,
       observed_property_id = d.observed_property_id
     from private.datastream d join private.dataset ds on ds.id = d.dataset_id
     where r.datastream_id = $1 and d.id = r.datastream_id`,
    [id, phase],
  );
}

/** Moves some readings that lie on this side and do not belong there; with the last of them what they span. */
async function moveBatch(tx: Tx, datasetId: string, datastreamId: string, from: Side): Promise<number> {
  const { rows } = await tx.query<{ to: Side }>(
    `select ${sideSql('ds')} as to from private.dataset ds where id = $1 for share`,
    [datasetId],
  );
  const to = rows[0]?.to;
  if (to === undefined || to === from) return 0;
  const { rowCount } = await tx.query('select from private.datastream_release where datastream_id = $1', [
    datastreamId,
  ]);
  if (rowCount) return 0;
  return moveRows(tx, datastreamId, from, to);
}

async function moveRows(tx: Tx, datastreamId: string, from: Side, to: Side): Promise<number> {
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

/** Finishes what a stop interrupted; called at every start, and now and then. */
export async function settleAll(ctx: Ctx): Promise<void> {
  const { rows } = await ctx.app.query<{ id: string; access: string }>(
    `select ds.id, ds.access from private.dataset ds where ${isUnsettled('ds')} order by ds.id`,
  );
  for (const { id, access } of rows) {
    const moved = await settle(ctx, id);
    ctx.log.info({ dataset: id, access, readings: moved }, 'readings are where their dataset says now');
    if (moved > 0) ctx.emit({ kind: 'dataset-changed', datasetId: id });
  }
}
