import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { checkPermission, recordAudit } from '../people/index.ts';
import { applyAccess, lockDataset } from './access-change.ts';
import { moveReadings } from './moves.ts';

/**
 * Opens or restricts a dataset at once, as an operator does; in the browser it takes two people (proposeAccessChange).
 * Errors: not-allowed (operators only), not-found.
 */
export async function setAccess(
  ctx: Ctx,
  input: { dataset: string; access: 'open' | 'restricted'; listed?: boolean },
): Promise<{ readingsMoved: number }> {
  checkPermission(ctx, 'change-access');
  const id = await withTransaction(ctx.app, async (tx) => {
    const { id, slug, now } = await lockDataset(tx, input.dataset);
    const next = { access: input.access, listed: input.listed ?? now.listed };
    await applyAccess(tx, id, next, ctx.clock.now());
    await recordAudit(tx, ctx, {
      kind: 'access-changed',
      subject: `dataset:${id}`,
      content: { dataset: slug, from: now, to: next },
    });
    return id;
  });
  const readingsMoved = await moveReadings(ctx, id, input.access === 'open' ? 'released' : 'private');
  ctx.emit({ kind: 'dataset-changed', datasetId: id });
  return { readingsMoved };
}
