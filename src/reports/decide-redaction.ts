import { appendEvent, checkText, wrong } from '../cases/index.ts';
import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { checkPermission, nameOf } from '../people/index.ts';
import { longestText, redactions } from './breach.ts';
import { lockBreach } from './lock-breach.ts';

/**
 * Orders that what got out is redacted before it comes back, or says that it need not be, with the reason and its source.
 * A later decision replaces it, and the history keeps both. Errors: signed-out, not-allowed, not-found, invalid, too-late.
 */
export async function decideRedaction(
  ctx: Ctx,
  input: { number: string; decision: string; reason: string; source: string },
): Promise<void> {
  checkPermission(ctx, 'work-on-breaches');
  const decision = redactions.find((each) => each === input.decision);
  if (!decision) throw wrong('decision', 'Say whether redaction is ordered.');
  const reason = checkText('reason', input.reason, longestText.reason, 1);
  const source = checkText('source', input.source, longestText.source, 1);
  await withTransaction(ctx.app, async (tx) => {
    const on = await lockBreach(tx, ctx, input.number);
    await tx.query(
      `update private.breach set redaction = $2, redaction_reason = $3, redaction_source = $4, redaction_by = $5,
         redaction_at = $6 where case_id = $1`,
      [on.id, decision, reason, source, nameOf(ctx.actor), ctx.clock.now()],
    );
    await appendEvent(tx, ctx, on, {
      kind: `redaction-${decision}`,
      audience: 'office',
      content: { reason, source },
    });
  });
}
