import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission, nameOf, recordAudit } from '../people/index.ts';
import { hintKinds } from './hints.ts';
import { readUnderPolicy } from './policy-change.ts';

/**
 * Says that somebody has looked at what seems to be personal data in a column and why it may go; recorded for good.
 * Errors: signed-out, not-allowed, not-found, invalid (`details.field`: kind, reason).
 */
export async function reviewHint(
  ctx: Ctx,
  input: { dataset: string; foundIn: string; kind: string; reason: string },
): Promise<void> {
  checkPermission(ctx, 'review-hints');
  const reason = input.reason.trim();
  if (reason.length === 0 || reason.length > 1000 || reason.includes('\0'))
    throw new Problem('invalid', 'Give a reason of 1 to 1000 characters.', { details: { field: 'reason' } });
  if (
    !(hintKinds as readonly string[]).includes(input.kind) ||
    input.foundIn === '' ||
    input.foundIn.length > 300
  )
    throw new Problem('invalid', 'This is no hint.', { details: { field: 'kind' } });
  await withTransaction(ctx.app, async (tx) => {
    const dataset = await readUnderPolicy(tx, input.dataset);
    checkPermission(ctx, 'review-hints', dataset);
    await tx.query(
      `insert into private.hint_review (dataset_id, found_in, kind, reason, reviewed_by, reviewed_at)
       values ($1, $2, $3, $4, $5, $6)`,
      [dataset.id, input.foundIn, input.kind, reason, nameOf(ctx.actor), ctx.clock.now()],
    );
    await recordAudit(tx, ctx, {
      kind: 'hint-reviewed',
      subject: `dataset:${dataset.id}`,
      content: { dataset: dataset.slug, foundIn: input.foundIn, kind: input.kind, reason },
    });
  });
}
