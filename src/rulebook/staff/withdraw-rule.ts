import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { checkPermission, decideProposal, lockProposal } from '../../people/index.ts';
import { ruleChange } from './rule-change.ts';

/** Takes back one's own proposal. Errors: signed-out, not-allowed (somebody else's), not-found, too-late (decided). */
export async function withdrawRule(ctx: Ctx, input: { proposal: string }): Promise<void> {
  checkPermission(ctx, 'propose-rule');
  await withTransaction(ctx.app, async (tx) => {
    const proposal = await lockProposal(tx, ruleChange, input.proposal);
    await decideProposal(tx, ctx, proposal, {
      decision: 'withdrawn',
      version: proposal.version,
      before: proposal.content.before,
    });
  });
}
