import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission, countOne, limitedAddress } from '../people/index.ts';
import { longestRemark, mostSent } from './case.ts';
import { checkText } from './check-text.ts';
import { appendEvent } from './events.ts';
import { lockByLink } from './lock-by-link.ts';

/**
 * Whoever has the private link adds something to the case, for the office to see. Errors: invalid, not-found, too-late, too-many
 * (from this address in the last hour).
 */
export async function addRemark(
  ctx: Ctx,
  input: { kind: string; secret: string; remark: string; from: string },
): Promise<void> {
  checkPermission(ctx, 'open-a-private-link');
  const remark = checkText('remark', input.remark, longestRemark, 1);
  await withTransaction(ctx.app, async (tx) => {
    const on = await lockByLink(tx, input);
    if (on.closedAt) throw new Problem('too-late', 'This case is closed; nothing more can be added.');
    await countOne(tx, ctx, `remark/${limitedAddress(input.from)}`, mostSent);
    await appendEvent(tx, ctx, on, { kind: 'remark-added', audience: 'parties', content: { remark } });
  });
}
