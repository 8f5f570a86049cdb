import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission, recordAudit } from '../people/index.ts';
import { applyAccess, checkContent, lockDataset } from './access-change.ts';
import type { AccessClass } from './audience.ts';
import { checkHints } from './hint-reviews.ts';
import { readUnderPolicy } from './policy-change.ts';
import { forgetGranted } from './read-granted.ts';
import { settle } from './settlement.ts';
import { isTakenDown } from './takedown.ts';

/**
 * Changes who may see a dataset at once, as an operator does; in the browser it takes two people (proposeAccessChange).
 * Errors: not-allowed (operators only), not-found, conflict (hints of personal data that nobody has looked at).
 */
export async function setAccess(
  ctx: Ctx,
  input: { dataset: string; access: AccessClass; listed?: boolean },
): Promise<{ readingsMoved: number }> {
  checkPermission(ctx, 'change-access');
  if (input.access !== 'restricted') {
    const seen = await readUnderPolicy(ctx.app, input.dataset);
    await checkHints(ctx.app, seen, seen.policy);
  }
  const id = await withTransaction(ctx.app, async (tx) => {
    const locked = await lockDataset(tx, input.dataset);
    const { id, slug, now } = locked;
    const next = { access: input.access, listed: input.listed ?? now.listed };
    checkContent(locked, next);
    if (next.access !== 'restricted' && (await isTakenDown(tx, id)))
      throw new Problem(
        'conflict',
        `“${slug}” was taken down: two people bring it back, at /staff/datasets.`,
      );
    await applyAccess(tx, id, next, ctx.clock.now());
    await recordAudit(tx, ctx, {
      kind: 'access-changed',
      subject: `dataset:${id}`,
      content: { dataset: slug, from: now, to: next },
    });
    return id;
  });
  forgetGranted(ctx);
  const readingsMoved = await settle(ctx, id);
  ctx.emit({ kind: 'dataset-changed', datasetId: id });
  return { readingsMoved };
}
