import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { checkPermission, decideProposal, lockProposal, recordAudit } from '../people/index.ts';
import { type Access, accessChange, applyAccess, lockDataset } from './access-change.ts';
import { checkHints } from './hint-reviews.ts';
import { readUnderPolicy } from './policy-change.ts';
import { forgetGranted } from './read-granted.ts';
import { settle } from './settlement.ts';

/**
 * Decides a change of access that somebody else proposed; `version` is the one that was read. An approved one is in
 * force from the commit on; `moved` resolves when the readings have followed (a stop in between is made up for at the
 * next start). Errors: signed-out, not-allowed, not-found, too-late (decided already), conflict (another version; the
 * dataset has changed since), invalid (declined without a reason).
 */
export async function decideAccessChange(
  ctx: Ctx,
  input: { proposal: string; version: string; decision: 'approved' | 'declined'; reason: string },
): Promise<{ moved: Promise<unknown> }> {
  checkPermission(ctx, 'decide-access-change');
  // Before the dataset is held: it may take a while, and writers must not wait for it.
  if (input.decision === 'approved') {
    const { dataset, next } = await withTransaction(ctx.app, async (tx) => {
      const proposal = await lockProposal(tx, accessChange, input.proposal);
      checkPermission(ctx, 'decide-access-change', proposal);
      const dataset = await readUnderPolicy(tx, String(proposal.content.before.dataset));
      return { dataset, next: proposal.content.after as Access };
    });
    if (next.access !== 'restricted') await checkHints(ctx.app, dataset, dataset.policy);
  }
  const change = await withTransaction(ctx.app, async (tx) => {
    const proposal = await lockProposal(tx, accessChange, input.proposal);
    checkPermission(ctx, 'decide-access-change', proposal);
    const slug = String(proposal.content.before.dataset);
    const { id, now, before } = await lockDataset(tx, slug);
    await decideProposal(tx, ctx, proposal, {
      decision: input.decision,
      version: input.version,
      before: { ...before, dataset: slug },
      reason: input.reason,
    });
    if (input.decision === 'declined') return undefined;
    const next = proposal.content.after as Access;
    await applyAccess(tx, id, next, ctx.clock.now());
    await recordAudit(tx, ctx, {
      kind: 'access-changed',
      subject: `dataset:${id}`,
      content: { dataset: slug, from: now, to: next, proposal: proposal.id },
    });
    return { id };
  });
  if (!change) return { moved: Promise.resolve() };
  forgetGranted(ctx);
  ctx.emit({ kind: 'dataset-changed', datasetId: change.id });
  const moved = settle(ctx, change.id)
    .then(() => ctx.emit({ kind: 'dataset-changed', datasetId: change.id }))
    .catch((error: unknown) =>
      ctx.log.error(
        { err: error, dataset: change.id },
        'readings have not all moved; the next start goes on',
      ),
    );
  return { moved };
}
