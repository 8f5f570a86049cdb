import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission, closeProposals, lockOpenProposals, recordAudit } from '../people/index.ts';
import { lockDataset } from './access-change.ts';
import { projectDatasets } from './project.ts';

/**
 * Says which office owns a dataset and answers for it; the dataset belongs to that office's place from then on, and a
 * change of access that waited is declined.
 * Errors: not-allowed (operators only), not-found (the dataset or the office).
 */
export async function setOwner(ctx: Ctx, input: { dataset: string; office: string }): Promise<void> {
  checkPermission(ctx, 'change-owner');
  await withTransaction(ctx.app, async (tx) => {
    const { rows: known } = await tx.query<{ subject: string }>(
      `select 'dataset:' || id as subject from private.dataset where slug = $1`,
      [input.dataset],
    );
    const waiting = await lockOpenProposals(tx, { subject: known[0]?.subject ?? '' });
    const { id, place, office } = await lockDataset(tx, input.dataset);
    const { rows } = await tx.query<{ place: string }>('select place from released.office where slug = $1', [
      input.office,
    ]);
    const owner = rows[0];
    if (!owner) throw new Problem('not-found', `There is no office “${input.office}”.`);
    // A dataset of a neighborhood stays there when its city's office owns it.
    const { rows: within } = await tx.query<{ place: string }>(
      'select slug as place from released.place where slug = $1 and (slug = $2 or parent = $2)',
      [place, owner.place],
    );
    const next = within[0]?.place ?? owner.place;
    await tx.query('update private.dataset set office = $2, place = $3, modified_at = $4 where id = $1', [
      id,
      input.office,
      next,
      ctx.clock.now(),
    ]);
    await projectDatasets(tx, [id]);
    // Another office asked, and other people would have decided.
    if (next !== place || input.office !== office)
      await closeProposals(tx, ctx, waiting, {
        decision: 'declined',
        reason: 'The dataset has another owner now, who can ask anew.',
      });
    await recordAudit(tx, ctx, {
      kind: 'owner-changed',
      subject: `dataset:${id}`,
      content: { dataset: input.dataset, from: { place, office }, to: { place: next, office: input.office } },
    });
  });
}
