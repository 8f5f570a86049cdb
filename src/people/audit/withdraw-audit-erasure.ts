import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { checkPermission } from '../permissions.ts';
import { decideProposal, lockProposal } from '../proposal.ts';
import { erasureKind } from './audit-erasure.ts';

/** Takes back what one has proposed to erase. Errors: not-allowed, not-found, too-late. */
export async function withdrawAuditErasure(ctx: Ctx, input: { id: string }): Promise<void> {
  checkPermission(ctx, 'propose-audit-erasure');
  await withTransaction(ctx.app, async (tx) => {
    const proposal = await lockProposal(tx, erasureKind, input.id);
    const { version, content } = proposal;
    await decideProposal(tx, ctx, proposal, { decision: 'withdrawn', version, before: content.before });
  });
}
