import { z } from 'zod';
import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission, recordAudit } from '../../people/index.ts';
import type { FootageParticulars } from '../particulars.ts';
import { projectDatasets } from '../project.ts';
import { lockDescription, refused, refusedFields } from './edit-description.ts';
import { retentionChoices } from './retention-choices.ts';

export const footageInput = z.strictObject({
  camera: z.string().trim().min(1).max(500),
  location: z.string().trim().min(1).max(500),
  /** Empty: no rule is known. */
  basis: z.string().trim().max(200),
});

/**
 * Says of footage which camera records it, where, and which rule says that it is not public. Of an entry that is public it is in
 * force from the commit on. Errors: signed-out, not-allowed, not-found, conflict (it is no footage), invalid (`details.fields`).
 */
export async function describeFootage(
  ctx: Ctx,
  input: { dataset: string; fields: Record<string, string> },
): Promise<void> {
  checkPermission(ctx, 'describe-dataset');
  await withTransaction(ctx.app, async (tx) => {
    const { id, description, facts } = await lockDescription(tx, input.dataset);
    checkPermission(ctx, 'describe-dataset', description);
    if (!facts.footage) throw new Problem('conflict', `“${input.dataset}” is no footage.`);
    const { camera = '', location = '', basis = '' } = input.fields;
    const parsed = footageInput.safeParse({ camera, location, basis });
    if (!parsed.success) throw refusedFields(parsed.error);
    const after: FootageParticulars = { ...parsed.data, basis: parsed.data.basis || null };
    const known = await retentionChoices(tx, ctx, description.place, 'access');
    if (after.basis && after.basis !== facts.footage.basis && !known.some((rule) => rule.id === after.basis))
      throw refused({ basis: 'unknown' }, 'No rule on who may see something has this id here.');
    await tx.query('update private.dataset set particulars = $2, modified_at = $3 where id = $1', [
      id,
      JSON.stringify(after),
      ctx.clock.now(),
    ]);
    await projectDatasets(tx, [id]);
    await recordAudit(tx, ctx, {
      kind: 'description-changed',
      subject: `dataset:${id}`,
      content: { dataset: input.dataset, section: 'footage', from: { ...facts.footage }, to: { ...after } },
    });
  });
}
