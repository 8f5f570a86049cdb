import type { JsonObject } from '../kit/chain.ts';
import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { checkPermission, decideProposal, lockProposal, nameOf, recordAudit } from '../people/index.ts';
import { checkHints } from './hint-reviews.ts';
import { applyPolicy, policyBefore, policyChange, readPolicy, readUnderPolicy } from './policy-change.ts';
import { settle } from './settlement.ts';

/**
 * Decides a release policy that somebody else proposed; `version` is the one that was read. An approved one is in force
 * from the commit on; `settled` resolves when everything is released anew. Errors: signed-out, not-allowed, not-found,
 * too-late (decided already), conflict (another version; the dataset has changed since; hints of personal data that
 * nobody has looked at, `details.hints`), invalid (declined without a reason; the policy does not fit any more).
 */
export async function decidePolicy(
  ctx: Ctx,
  input: { proposal: string; version: string; decision: 'approved' | 'declined'; reason: string },
): Promise<{ settled: Promise<unknown> }> {
  checkPermission(ctx, 'decide-policy');
  // Before the dataset is held: it may take a while, and writers must not wait for it.
  if (input.decision === 'approved') {
    const { dataset, content } = await withTransaction(ctx.app, async (tx) => {
      const proposal = await lockProposal(tx, policyChange, input.proposal);
      checkPermission(ctx, 'decide-policy', proposal);
      const dataset = await readUnderPolicy(tx, String(proposal.content.before.dataset));
      return { dataset, content: readPolicy(dataset, proposal.content.after) };
    });
    await checkHints(ctx.app, dataset, content);
  }
  const changed = await withTransaction(ctx.app, async (tx) => {
    const proposal = await lockProposal(tx, policyChange, input.proposal);
    checkPermission(ctx, 'decide-policy', proposal);
    const dataset = await readUnderPolicy(tx, String(proposal.content.before.dataset), true);
    await decideProposal(tx, ctx, proposal, {
      decision: input.decision,
      version: input.version,
      before: policyBefore(dataset),
      reason: input.reason,
    });
    if (input.decision === 'declined') return undefined;
    const content = readPolicy(dataset, proposal.content.after);
    const by = { at: ctx.clock.now(), proposal: proposal.id, name: nameOf(ctx.actor) };
    const version = await applyPolicy(tx, dataset, content, by);
    await recordAudit(tx, ctx, {
      kind: 'policy-changed',
      subject: `dataset:${dataset.id}`,
      content: {
        dataset: dataset.slug,
        version,
        policy: content as unknown as JsonObject,
        proposal: proposal.id,
      },
    });
    return dataset.id;
  });
  if (!changed) return { settled: Promise.resolve() };
  ctx.emit({ kind: 'dataset-changed', datasetId: changed });
  const settled = settle(ctx, changed)
    .then(() => ctx.emit({ kind: 'dataset-changed', datasetId: changed }))
    .catch((error: unknown) =>
      ctx.log.error({ err: error, dataset: changed }, 'not all is released anew; it goes on by itself'),
    );
  return { settled };
}
