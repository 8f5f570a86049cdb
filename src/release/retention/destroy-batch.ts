import type { Tx } from '../../kit/database.ts';
import { releasesLater } from '../policy.ts';
import { dropPublishedFiles } from '../published-files.ts';
import { holdSides, type Release, releaseAgain } from '../release-readings.ts';
import { isAsMeasured, places } from './copies.ts';
import type { Duty } from './cutoff.ts';
import { endSql, heldSql } from './hold.ts';
import { holdsOn, lockHolds } from './holds-in-force.ts';

export type Run = { id: string; datasetId: string; series: string; cutoff: string };
type Part = { copy: number; after_start: string; after_id: string };

/**
 * Looks at the next `size` readings of a Datastream that may be due, destroys those that are and that nothing holds, and
 * remembers how far it came. Holds are read anew under their lock, and the database asks again whether there is leave
 * (0034). Locks are taken as writers take them: dataset, holds, run, then what the Datastream spans. Returns whether
 * there is more to look at.
 */
export async function destroyBatch(
  tx: Tx,
  run: Run,
  datastreamId: string,
  size: number,
  now: Date,
): Promise<boolean> {
  // No writer waits for this commit to reach the disk. A crash takes back what went and how far the run came together;
  // the certificate's own commit is durable, and all before it with it.
  await tx.query('set local synchronous_commit = off');
  await tx.query('select from private.dataset where id = $1 for share', [run.datasetId]);
  const release = (await holdSides(tx, [datastreamId], { inTurn: true })).get(datastreamId)?.release;
  await lockHolds(tx, [run.datasetId], 'read');
  // Two processes at one run take turns.
  const { rows: open } = await tx.query<{ duty: Duty | null }>(
    `select (select s.duty from private.retention_series s where s.dataset_id = r.dataset_id and s.series = r.series
       order by s.id desc limit 1) as duty
     from private.destruction_run r where r.id = $1 and r.certificate is null for update`,
    [run.id],
  );
  const { rows: parts } = await tx.query<Part>(
    `select copy, after_start, after_id from private.destruction_part
     where run_id = $1 and datastream_id = $2 and not done for update`,
    [run.id, datastreamId],
  );
  const [part] = parts;
  if (!open[0] || !part) return false;
  const side = places[part.copy];
  if (side === undefined) return false;
  const holds = await holdsOn(tx, datastreamId, open[0].duty ?? 'may');
  await lockExtents(tx, datastreamId);
  const values: unknown[] = [datastreamId, part.after_start, part.after_id, run.cutoff, size];
  const { rows } = await tx.query<{
    looked: number;
    held: number;
    ids: string[] | null;
    times: string[] | null;
    first: string | null;
    last: string | null;
    at_start: string | null;
    at_id: string | null;
  }>(
    `with looked as materialized (
       select o.phenomenon_start, o.id, ${endSql} as ends, ${heldSql(holds, values)} as held
       from ${side}.observation o
       where o.datastream_id = $1 and (o.phenomenon_start, o.id) > ($2::timestamptz, $3::bigint)
         and o.phenomenon_start < $4::timestamptz ${isAsMeasured(side)}
       order by o.phenomenon_start, o.id limit $5
     ), gone as (
       delete from ${side}.observation o using looked l
       where o.datastream_id = $1 and o.phenomenon_start = l.phenomenon_start and o.id = l.id
         and l.ends < $4::timestamptz and not l.held
       returning o.id, o.phenomenon_start, ${endSql} as ends
     )
     select (select count(*)::int from looked) as looked,
       (select count(*)::int from looked where held and ends < $4::timestamptz) as held,
       (select array_agg(id order by id) from gone) as ids,
       (select array_agg(distinct phenomenon_start::text) from gone) as times,
       (select min(phenomenon_start) from gone) as first, (select max(ends) from gone) as last, l.phenomenon_start as at_start, l.id as at_id
     from (select 1) one left join lateral (
       select phenomenon_start, id from looked order by phenomenon_start desc, id desc limit 1) l on true`,
    values,
  );
  const found = rows[0];
  if (!found) return false;
  const gone = found.ids ?? [];
  if (gone.length > 0) {
    // Refused, and all of this undone, where there is no leave (any more).
    await tx.query('insert into private.destruction_batch (run_id, datastream_id, ids) values ($1, $2, $3)', [
      run.id,
      datastreamId,
      gone,
    ]);
    await tx.query(`update ${side}.datastream_extent set readings = readings - $2 where datastream_id = $1`, [
      datastreamId,
      gone.length,
    ]);
    // Files of these months hold what is gone. What stays of the months is published anew.
    if (side === 'released' || release)
      await dropPublishedFiles(tx, {
        datasetId: run.datasetId,
        ...(found.first && found.last ? { from: found.first, to: found.last } : {}),
        why: `destroyed in run ${run.id}`,
      });
    if (release && side === 'private') await takeBack(tx, release, gone, found.times ?? [], now);
  }
  const exhausted = found.looked < size;
  await tx.query(
    `update private.destruction_part set copy = copy + $3::int, readings = readings + $4, held = held + $5,
       after_start = case when $3::int = 1 then '-infinity' else coalesce($6::timestamptz, after_start) end,
       after_id = case when $3::int = 1 then 0 else coalesce($7::bigint, after_id) end,
       phenomenon_from = least(phenomenon_from, $8::timestamptz), phenomenon_to = greatest(phenomenon_to, $9::timestamptz),
       holds = array(select distinct unnest(holds || $10::bigint[]) order by 1)
     where run_id = $1 and datastream_id = $2`,
    [
      run.id,
      datastreamId,
      exhausted ? 1 : 0,
      gone.length,
      found.held,
      found.at_start,
      found.at_id,
      found.first,
      found.last,
      holds.map(({ id }) => id),
    ],
  );
  return !(exhausted && part.copy + 1 >= places.length);
}

/**
 * What was released of readings that have gone: rows that kept their id go with it; a stretch of time that was released
 * as a whole is noted, and released anew from what is left before the run ends.
 */
async function takeBack(
  tx: Tx,
  release: Release,
  gone: readonly string[],
  times: readonly string[],
  now: Date,
): Promise<void> {
  const { datastreamId } = release;
  for (const audience of ['released', 'granted'] as const) {
    const { rowCount } = await tx.query(
      `delete from ${audience}.observation where datastream_id = $1 and id = any($2::bigint[])`,
      [datastreamId, gone],
    );
    if (rowCount)
      await tx.query(
        `update ${audience}.datastream_extent set readings = readings - $2 where datastream_id = $1`,
        [datastreamId, rowCount],
      );
  }
  if (releasesLater(release.policy)) await releaseAgain(tx, release, { id: '0', times, again: false }, now);
}

/** As writers do: nobody stores into the Datastream while its readings are taken away, for the length of a batch. */
export async function lockExtents(tx: Tx, datastreamId: string): Promise<void> {
  for (const side of places)
    await tx.query(`select from ${side}.datastream_extent where datastream_id = $1 for update`, [
      datastreamId,
    ]);
}
