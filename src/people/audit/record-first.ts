import type { JsonObject } from '../../kit/chain.ts';
import type { Ctx } from '../../kit/context.ts';
import { type Pool, withTransaction } from '../../kit/database.ts';
import { nameOf } from '../condition.ts';
import { recordAudit } from './record-audit.ts';

/**
 * Records an event in a transaction of its own, unless the same actor has one of this kind about this subject later than
 * `since`: for what happens again and again, and would drown the rest. Two at once are one.
 */
export async function recordFirst(
  pool: Pool,
  ctx: Ctx,
  event: { kind: string; subject: string; content: JsonObject },
  since: Date = new Date(0),
): Promise<void> {
  const known = `select from private.audit_event
    where subject = $1 and kind = $2 and actor = $3 and at > $4 limit 1`;
  const values = [event.subject, event.kind, nameOf(ctx.actor), since];
  if ((await pool.query(known, values)).rowCount) return;
  await withTransaction(pool, async (tx) => {
    await tx.query('select from private.audit_head for update');
    if (!(await tx.query(known, values)).rowCount) await recordAudit(tx, ctx, event);
  });
}
