import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission, nameOf, recordAudit } from '../../people/index.ts';
import { isDay } from '../../rules/index.ts';
import { holdOfAsker } from './hold-of-asker.ts';

/** Says that a hold is still needed, why, and when to look again. Errors: signed-out, not-allowed, not-found, too-late, invalid. */
export async function reviewHold(
  ctx: Ctx,
  input: { hold: string; note: string; reviewOn: string },
): Promise<void> {
  checkPermission(ctx, 'keep-holds');
  const note = input.note.trim();
  if (note === '' || note.length > 1000 || note.includes('\0'))
    throw new Problem('invalid', 'Say in 1 to 1000 characters why it is still needed.', {
      details: { field: 'note' },
    });
  const today = ctx.clock.now().toISOString().slice(0, 10);
  if (!isDay(input.reviewOn) || input.reviewOn <= today)
    throw new Problem('invalid', 'Name a day to come.', { details: { field: 'reviewOn' } });
  await withTransaction(ctx.app, async (tx) => {
    await holdOfAsker(tx, ctx, input.hold);
    await tx.query(
      `insert into private.hold_review (hold_id, note, review_on, reviewed_by, reviewed_at) values ($1, $2, $3, $4, $5)`,
      [input.hold, note, input.reviewOn, nameOf(ctx.actor), ctx.clock.now()],
    );
    await recordAudit(tx, ctx, {
      kind: 'hold-reviewed',
      subject: `hold:${input.hold}`,
      content: { note, reviewOn: input.reviewOn },
    });
  });
}
