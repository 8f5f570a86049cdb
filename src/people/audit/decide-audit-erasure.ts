import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission } from '../permissions.ts';
import { decideProposal, lockProposal } from '../proposal.ts';
import { erasureKind, readErasable } from './audit-erasure.ts';
import { recordAudit } from './record-audit.ts';

/**
 * Approves or declines an erasure that another person proposed. When it is approved, what the events said is gone with
 * the commit: content and salt. Errors: not-allowed, not-found, too-late, conflict, invalid.
 */
export async function decideAuditErasure(
  ctx: Ctx,
  input: { id: string; decision: 'approved' | 'declined'; version: string; reason?: string },
): Promise<void> {
  checkPermission(ctx, 'decide-audit-erasure');
  await withTransaction(ctx.app, async (tx) => {
    const proposal = await lockProposal(tx, erasureKind, input.id);
    const { id, place, proposedBy, content, reason } = proposal;
    checkPermission(ctx, 'decide-audit-erasure', { place, proposedBy });
    const numbers = Object.keys(content.before.commitments as object).sort((a, b) => Number(a) - Number(b));
    const approved = input.decision === 'approved';
    // Whoever erases some of them meanwhile makes this another question.
    const before = approved ? { commitments: (await readErasable(tx, numbers)).commitments } : content.before;
    await decideProposal(tx, ctx, proposal, { ...input, before });
    if (!approved) return;
    // The database lets go of exactly what the approved proposal names, in this transaction alone (0015).
    await tx.query("select set_config('charter_oak.erasure', $1, true)", [id]);
    const { rowCount } = await tx.query(
      'delete from private.audit_content where number = any($1::bigint[])',
      [numbers],
    );
    if (rowCount !== numbers.length)
      throw new Problem('conflict', 'Some of it was erased at this moment under another approval.');
    await recordAudit(tx, ctx, {
      kind: 'audit-content-erased',
      subject: proposal.subject,
      content: { numbers, proposal: id, proposedBy, reason },
    });
  });
}
