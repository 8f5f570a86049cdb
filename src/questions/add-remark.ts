import { appendEvent } from '../cases/index.ts';
import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { checkPermission, countOne, limitedAddress } from '../people/index.ts';
import { checkText } from './check-question.ts';
import { lockByLink, stateAfter } from './lock-by-link.ts';
import { longest, mostQuestions } from './question.ts';

/**
 * Whoever asked adds something to the question, for the office to see. Errors: invalid, not-found, too-late, too-many
 * (from this address in the last hour).
 */
export async function addRemark(
  ctx: Ctx,
  input: { secret: string; remark: string; from: string },
): Promise<void> {
  checkPermission(ctx, 'open-a-private-link');
  const remark = checkText('remark', input.remark, longest.remark, 1);
  await withTransaction(ctx.app, async (tx) => {
    const on = await lockByLink(tx, input.secret);
    stateAfter(on, 'remark');
    await countOne(tx, ctx, `remark/${limitedAddress(input.from)}`, mostQuestions);
    await appendEvent(tx, ctx, on, { kind: 'remark-added', audience: 'parties', content: { remark } });
  });
}
