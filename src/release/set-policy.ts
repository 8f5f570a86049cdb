import type { JsonObject } from '../kit/chain.ts';
import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { checkPermission, nameOf, recordAudit } from '../people/index.ts';
import { checkHints } from './hint-reviews.ts';
import { applyPolicy, readPolicy, readUnderPolicy } from './policy-change.ts';
import { settle } from './settlement.ts';

/**
 * Puts a release policy in force at once, as an operator does; in the browser it takes two people (proposePolicy). It
 * returns when all is released anew. Errors: not-allowed (operators only), not-found, invalid (the policy, with the
 * place), conflict (hints of personal data that nobody has looked at).
 */
export async function setPolicy(
  ctx: Ctx,
  input: { dataset: string; policy: unknown },
): Promise<{ version: number; readings: number }> {
  checkPermission(ctx, 'set-policy');
  // Before the dataset is held: it may take a while, and writers must not wait for it.
  const seen = await readUnderPolicy(ctx.app, input.dataset);
  await checkHints(ctx.app, seen, readPolicy(seen, input.policy));
  const { id, version } = await withTransaction(ctx.app, async (tx) => {
    const dataset = await readUnderPolicy(tx, input.dataset, true);
    const content = readPolicy(dataset, input.policy);
    const at = ctx.clock.now();
    const version = await applyPolicy(tx, dataset, content, { at, proposal: null, name: nameOf(ctx.actor) });
    await recordAudit(tx, ctx, {
      kind: 'policy-changed',
      subject: `dataset:${dataset.id}`,
      content: { dataset: dataset.slug, version, policy: content as unknown as JsonObject },
    });
    return { id: dataset.id, version };
  });
  ctx.emit({ kind: 'dataset-changed', datasetId: id });
  const readings = await settle(ctx, id);
  ctx.emit({ kind: 'dataset-changed', datasetId: id });
  return { version, readings };
}
