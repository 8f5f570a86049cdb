import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { checkPermission, decideProposal, lockProposal } from '../people/index.ts';
import { policyChange } from './policy-change.ts';

/** Takes back one's own proposed policy. Errors: signed-out, not-allowed (somebody else's), not-found, too-late (decided). */
export async function withdrawPolicy(ctx: Ctx, input: { proposal: string }): Promise<void> {
  checkPermission(ctx, 'propose-policy');
  await withTransaction(ctx.app, async (tx) => {
    const proposal = await lockProposal(tx, policyChange, input.proposal);
    await decideProposal(tx, ctx, proposal, {
      decision: 'withdrawn',
      version: proposal.version,
      before: proposal.content.before,
    });
  });
}
