import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { checkPermission, recordAudit } from '../people/index.ts';
import { applyTakedown, forgetGranted, lockDataset, settle } from '../release/index.ts';
import type { Language } from '../ui/language.ts';
import { openBreach } from './open-breach.ts';
import { readExposure } from './read-exposure.ts';

/**
 * Takes a dataset out of every public door at once, and opens a breach case in the same transaction where personal data
 * got out. One person suffices. Its readings follow (`moved`; a stop in between is made up for at the next start).
 * Errors: signed-out, not-allowed, not-found, invalid (`details.field`), conflict (nothing of it is public).
 */
export async function takeDown(
  ctx: Ctx,
  input: { dataset: string; cause: string; reason: string; listed: boolean; language: Language },
): Promise<{ breach: string | null; moved: Promise<unknown> }> {
  checkPermission(ctx, 'take-down');
  const { id, breach } = await withTransaction(ctx.app, async (tx) => {
    const dataset = await lockDataset(tx, input.dataset);
    const { id, slug, place, office } = dataset;
    checkPermission(ctx, 'take-down', { place, office });
    const exposure = input.cause === 'personal-data' ? await readExposure(tx, id, ctx.clock.now()) : null;
    const takedown = await applyTakedown(tx, ctx, dataset, input);
    const breach = exposure
      ? await openBreach(tx, ctx, { ...input, dataset, takedown: takedown.id, exposure })
      : null;
    await recordAudit(tx, ctx, {
      kind: 'dataset-taken-down',
      subject: `dataset:${id}`,
      content: {
        dataset: slug,
        cause: input.cause,
        reason: input.reason.trim(),
        was: takedown.was,
        listed: input.listed,
        breach,
      },
    });
    return { id, breach };
  });
  forgetGranted(ctx);
  ctx.emit({ kind: 'dataset-changed', datasetId: id });
  const moved = settle(ctx, id)
    .then(() => ctx.emit({ kind: 'dataset-changed', datasetId: id }))
    .catch((error: unknown) =>
      ctx.log.error({ err: error, dataset: id }, 'readings have not all moved; the next start goes on'),
    );
  return { breach, moved };
}
