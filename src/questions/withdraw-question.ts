import { appendEvent, lockByLink, moveCase } from '../cases/index.ts';
import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { checkPermission } from '../people/index.ts';
import { questionKind } from './question.ts';
import { stateAfter } from './state-after.ts';

/** Whoever asked, and has the private link, withdraws the question while it waits. Errors: not-found, too-late. */
export async function withdrawQuestion(ctx: Ctx, input: { secret: string }): Promise<void> {
  checkPermission(ctx, 'open-a-private-link');
  await withTransaction(ctx.app, async (tx) => {
    const on = await lockByLink(tx, { kind: questionKind, secret: input.secret });
    const state = stateAfter(on, 'withdraw');
    await moveCase(tx, ctx, on, { state, closed: true });
    await appendEvent(tx, ctx, on, { kind: 'question-withdrawn', audience: 'parties', content: {} });
  });
}
