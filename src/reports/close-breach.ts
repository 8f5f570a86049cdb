import { appendEvent, checkText, moveCase } from '../cases/index.ts';
import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { checkPermission } from '../people/index.ts';
import { longestText } from './breach.ts';
import { lockBreach } from './lock-breach.ts';

/** Closes a breach with a statement of what was done. Errors: signed-out, not-allowed, not-found, invalid, too-late. */
export async function closeBreach(ctx: Ctx, input: { number: string; statement: string }): Promise<void> {
  checkPermission(ctx, 'work-on-breaches');
  const statement = checkText('statement', input.statement, longestText.statement, 1);
  await withTransaction(ctx.app, async (tx) => {
    const on = await lockBreach(tx, ctx, input.number);
    await tx.query('update private.breach set statement = $2 where case_id = $1', [on.id, statement]);
    await moveCase(tx, ctx, on, { state: 'closed', closed: true });
    await appendEvent(tx, ctx, on, { kind: 'breach-closed', audience: 'office', content: { statement } });
  });
}
