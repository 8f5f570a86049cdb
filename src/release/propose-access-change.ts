import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission, openProposal } from '../people/index.ts';
import { type Access, accessChange, checkContent, lockDataset } from './access-change.ts';
import { completeness } from './describe/completeness.ts';
import { type Loaded, loadDescriptions } from './describe/load-descriptions.ts';

/**
 * Asks that others may see a dataset, or that it be listed; a second person decides. Errors: signed-out, not-allowed,
 * not-found, invalid (no reason; `details.field`), conflict (it is so already, has no owner,
 * is not described completely (`details.missing`), or another change of it waits).
 */
export async function proposeAccessChange(
  ctx: Ctx,
  input: Access & { dataset: string; reason: string },
): Promise<{ id: string }> {
  checkPermission(ctx, 'propose-access-change');
  return withTransaction(ctx.app, async (tx) => {
    const locked = await lockDataset(tx, input.dataset);
    const { id, place, office, now, before } = locked;
    checkPermission(ctx, 'propose-access-change', { place, office });
    const after: Access = { access: input.access, listed: input.access !== 'open' && input.listed };
    checkContent(locked, after);
    if (now.access === after.access && (after.access === 'open' || now.listed === after.listed))
      throw new Problem('conflict', 'The dataset is so already.');
    if (after.access === 'open' && office === null)
      throw new Problem(
        'conflict',
        'Nothing is published without an owner. Name its office first: charter-oak datasets own SLUG OFFICE.',
      );
    const missing = completeness((await loadDescriptions(tx, [id])).get(id) as Loaded);
    if ((after.access !== 'restricted' || locked.kind !== 'own') && missing.length > 0)
      throw new Problem(
        'conflict',
        `Its description lacks ${missing.length} things. Complete it first: /staff/datasets/${input.dataset}`,
        { details: { missing } },
      );
    return openProposal(tx, ctx, {
      kind: accessChange,
      subject: `dataset:${id}`,
      place,
      office,
      content: { before: { ...before, dataset: input.dataset }, after },
      reason: input.reason,
    });
  });
}
