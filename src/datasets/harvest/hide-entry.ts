import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission, recordAudit } from '../../people/index.ts';
import { projectDatasets } from '../../release/index.ts';
import { findSource } from './find-source.ts';

/**
 * Takes one entry out of the catalog at once, and keeps it out whatever its portal lists, or shows it again. `entry` is its
 * short name or the address of its page. Errors: signed-out, not-allowed, not-found.
 */
export async function hideEntry(
  ctx: Ctx,
  input: { source: string; entry: string; hidden: boolean },
): Promise<void> {
  checkPermission(ctx, 'manage-harvest');
  const slug =
    input.entry
      .trim()
      .replace(/[?#].*$/, '')
      .split('/')
      .at(-1) ?? '';
  await withTransaction(ctx.app, async (tx) => {
    const source = await findSource(tx, ctx, input.source, 'manage-harvest');
    const { rows } = await tx.query<{ id: string }>(
      `update private.dataset set listed = $3 where harvest_source_id = $1 and kind = 'external' and slug = $2 returning id`,
      [source.id, slug, !input.hidden],
    );
    const id = rows[0]?.id;
    if (!id)
      throw new Problem('not-found', `This source has no entry “${slug.slice(0, 100)}”.`, {
        details: { fields: { entry: 'unknown' } },
      });
    await projectDatasets(tx, [id]);
    await recordAudit(tx, ctx, {
      kind: input.hidden ? 'harvest-entry-hidden' : 'harvest-entry-shown',
      subject: `dataset:${id}`,
      content: { source: source.name, dataset: slug },
    });
  });
}
