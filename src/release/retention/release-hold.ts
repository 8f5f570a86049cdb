import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission, nameOf, recordAudit, signedIn } from '../../people/index.ts';
import { holdOfAsker } from './hold-of-asker.ts';

/**
 * Releases a hold, for good, under the name of the person who does it. What it kept is destroyed with the next run that
 * has leave to. Errors: signed-out, not-allowed, not-found, too-late (released already), invalid (no reason).
 */
export async function releaseHold(ctx: Ctx, input: { hold: string; reason: string }): Promise<void> {
  checkPermission(ctx, 'keep-holds');
  signedIn(ctx);
  const reason = input.reason.trim();
  if (reason === '' || reason.length > 1000 || reason.includes('\0'))
    throw new Problem('invalid', 'Give a reason of 1 to 1000 characters.', { details: { field: 'reason' } });
  await withTransaction(ctx.app, async (tx) => {
    await holdOfAsker(tx, ctx, input.hold);
    const { rowCount } = await tx.query(
      `insert into private.hold_release (hold_id, reason, released_by, released_at) values ($1, $2, $3, $4)
       on conflict do nothing`,
      [input.hold, reason, nameOf(ctx.actor), ctx.clock.now()],
    );
    if (!rowCount) throw new Problem('too-late', 'This hold has been released already.');
    await recordAudit(tx, ctx, { kind: 'hold-released', subject: `hold:${input.hold}`, content: { reason } });
  });
}
