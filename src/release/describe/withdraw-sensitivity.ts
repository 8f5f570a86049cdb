import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { checkPermission, decideProposal, lockProposal } from '../../people/index.ts';
import { sensitivityChange } from './describe-columns.ts';

/** Takes back one's own proposal. Errors: signed-out, not-allowed (somebody else's), not-found, too-late (decided). */
export async function withdrawSensitivity(ctx: Ctx, input: { proposal: string }): Promise<void> {
  checkPermission(ctx, 'propose-access-change');
  await withTransaction(ctx.app, async (tx) => {
    const proposal = await lockProposal(tx, sensitivityChange, input.proposal);
    const { version, content } = proposal;
    await decideProposal(tx, ctx, proposal, { decision: 'withdrawn', version, before: content.before });
  });
}
