import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import type { Side } from '../audience.ts';
import { releaseAllDue } from '../derive.ts';
import { places } from './copies.ts';
import { lockExtents, type Run } from './destroy-batch.ts';

/**
 * What is left to do when a Datastream's readings have gone: stretches of time that a policy releases whole are released
 * anew from what is left, what it spans is reckoned anew, arrivals of which nothing is
 * left are taken out of the replay, and the hash over the ids is taken. Safe to repeat. Writers are held up for a moment
 * alone: what takes long is looked at before, and what they store meanwhile is added.
 */
export async function settlePart(run: Run, ctx: Ctx, datastreamId: string): Promise<void> {
  await releaseAllDue(ctx, datastreamId);
  for (const side of places) await settleExtent(ctx, side, datastreamId);
  await withTransaction(ctx.app, async (tx) => {
    await tx.query(
      `update private.destruction_part p set done = true, ids_sha256 = (
         select encode(sha256(convert_to(coalesce(string_agg(id::text || E'\\n', '' order by id), ''), 'UTF8')), 'hex')
         from private.destruction_batch b, unnest(b.ids) id where b.run_id = p.run_id and b.datastream_id = p.datastream_id)
       where run_id = $1 and datastream_id = $2 and not done`,
      [run.id, datastreamId],
    );
    for (const side of places)
      await tx.query(
        `delete from ${side}.arrival a where a.datastream_id = $1 and not exists (
           select from ${side}.observation o where o.id between a.first_id and a.last_id and o.datastream_id = $1)
         and exists (
           select from private.destruction_batch b where b.run_id = $2 and b.datastream_id = $1
             and b.ids[1] <= a.last_id and b.ids[cardinality(b.ids)] >= a.first_id)`,
        [datastreamId, run.id],
      );
  });
}

async function settleExtent(ctx: Ctx, side: Side, datastreamId: string): Promise<void> {
  // Whoever holds the extent has taken his ids; from here on writers take higher ones.
  const mark = await withTransaction(ctx.app, async (tx) => {
    await tx.query('set local synchronous_commit = off');
    await lockExtents(tx, datastreamId);
    const { rows } = await tx.query<{ mark: string; there: boolean }>(
      `select nextval('private.observation_id')::text as mark,
         exists (select from ${side}.datastream_extent where datastream_id = $1) as there`,
      [datastreamId],
    );
    return rows[0]?.there ? rows[0].mark : undefined;
  });
  if (mark === undefined) return;
  const spans = `min(phenomenon_start) as phenomenon_from, max(greatest(phenomenon_start, phenomenon_end)) as phenomenon_to,
    min(result_time) as result_from, max(result_time) as result_to`;
  const { rows } = await ctx.app.query<Record<string, string | null>>(
    `select ${spans} from ${side}.observation where datastream_id = $1 and id <= $2`,
    [datastreamId, mark],
  );
  const seen = rows[0] ?? {};
  await withTransaction(ctx.app, async (tx) => {
    await tx.query('set local synchronous_commit = off');
    await lockExtents(tx, datastreamId);
    // By the index on the id: what came since is little, and writers wait.
    await tx.query(
      `update ${side}.datastream_extent e set
         phenomenon_from = least(n.phenomenon_from, $3::timestamptz), phenomenon_to = greatest(n.phenomenon_to, $4::timestamptz),
         result_from = least(n.result_from, $5::timestamptz), result_to = greatest(n.result_to, $6::timestamptz)
       from (select ${spans} from (select * from ${side}.observation where id > $2 offset 0) newer where datastream_id = $1) n
       where e.datastream_id = $1`,
      [datastreamId, mark, seen.phenomenon_from, seen.phenomenon_to, seen.result_from, seen.result_to],
    );
  });
}
