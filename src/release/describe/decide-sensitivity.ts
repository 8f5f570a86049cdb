import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { checkPermission, decideProposal, lockProposal, nameOf, recordAudit } from '../../people/index.ts';
import { projectDatasets } from '../project.ts';
import { sensitivityChange, sensitivityNow } from './describe-columns.ts';
import { lockDescription } from './edit-description.ts';

/**
 * Decides a weaker sensitivity that somebody else proposed; `version` is the one that was read. Errors: signed-out,
 * not-allowed, not-found, too-late (decided already), conflict (another version; a column has changed since), invalid
 * (declined without a reason).
 */
export async function decideSensitivity(
  ctx: Ctx,
  input: { proposal: string; version: string; decision: 'approved' | 'declined'; reason: string },
): Promise<void> {
  checkPermission(ctx, 'decide-access-change');
  await withTransaction(ctx.app, async (tx) => {
    const proposal = await lockProposal(tx, sensitivityChange, input.proposal);
    checkPermission(ctx, 'decide-access-change', proposal);
    const dataset = String(proposal.content.before.dataset);
    const { id } = await lockDescription(tx, dataset);
    const columns = proposal.content.after.columns as Record<string, string>;
    await decideProposal(tx, ctx, proposal, {
      decision: input.decision,
      version: input.version,
      before: await sensitivityNow(tx, id, dataset, Object.keys(columns)),
      reason: input.reason,
    });
    if (input.decision === 'declined') return;
    const now = ctx.clock.now();
    for (const [name, sensitivity] of Object.entries(columns))
      await tx.query(
        `update private.dictionary_column set sensitivity = $3, described_by = $4, described_at = $5
         where dataset_id = $1 and name = $2`,
        [id, name, sensitivity, nameOf(ctx.actor), now],
      );
    await tx.query('update private.dataset set modified_at = $2 where id = $1', [id, now]);
    await projectDatasets(tx, [id]);
    await recordAudit(tx, ctx, {
      kind: 'sensitivity-changed',
      subject: `dataset:${id}`,
      content: { dataset, from: proposal.content.before.columns ?? {}, to: columns, proposal: proposal.id },
    });
  });
}
