import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { checkPermission } from '../../people/index.ts';
import { sides } from '../../release/index.ts';

/** How long a feed can be away and still resume without a gap. */
const replayDays = 7;
const batch = 10_000;

/** Forgets arrivals older than the replay window; the readings themselves stay. Safe to repeat. */
export async function pruneArrivals(ctx: Ctx): Promise<number> {
  checkPermission(ctx, 'run-the-installation');
  const before = new Date(ctx.clock.now().getTime() - replayDays * 86_400_000);
  let total = 0;
  for (const side of sides) {
    for (let removed = batch; removed === batch; total += removed) {
      removed = await withTransaction(ctx.app, async (tx) => {
        const { rows } = await tx.query<{ removed: number; last: string | null }>(
          `with old as (
             select datastream_id, tx, id from ${side}.arrival where at < $1 order by at limit $2
           ), gone as (
             delete from ${side}.arrival a using old o
             where a.datastream_id = o.datastream_id and a.tx = o.tx and a.id = o.id returning a.tx
           ) select count(*)::int as removed, max(tx::text::numeric)::text as last from gone`,
          [before, batch],
        );
        const row = rows[0] as { removed: number; last: string | null };
        if (row.last && side !== 'private') {
          await tx.query(
            'update released.arrival_replay set pruned_before = $1::xid8 where pruned_before < $1::xid8',
            [String(BigInt(row.last) + 1n)],
          );
        }
        return row.removed;
      });
    }
  }
  return total;
}
