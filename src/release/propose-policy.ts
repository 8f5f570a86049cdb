import type { JsonObject } from '../kit/chain.ts';
import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { checkPermission, openProposal } from '../people/index.ts';
import { policyBefore, policyChange, readPolicy, readUnderPolicy } from './policy-change.ts';

/**
 * Asks for another release policy; a second person decides. Errors: signed-out, not-allowed, not-found, invalid (the
 * policy or no reason, `details.field`), conflict (another waits).
 */
export async function proposePolicy(
  ctx: Ctx,
  input: { dataset: string; policy: unknown; reason: string },
): Promise<{ id: string }> {
  checkPermission(ctx, 'propose-policy');
  return withTransaction(ctx.app, async (tx) => {
    const dataset = await readUnderPolicy(tx, input.dataset, true);
    checkPermission(ctx, 'propose-policy', dataset);
    const content = readPolicy(dataset, input.policy);
    return openProposal(tx, ctx, {
      kind: policyChange,
      subject: `dataset:${dataset.id}`,
      place: dataset.place,
      office: dataset.office,
      content: { before: policyBefore(dataset), after: content as unknown as JsonObject },
      reason: input.reason,
    });
  });
}
