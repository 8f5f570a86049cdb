import { z } from 'zod';
import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission, recordAudit } from '../../people/index.ts';
import { slugPattern, topics } from '../dataset.ts';
import { ensureDataset } from '../ensure-dataset.ts';
import type { FootageParticulars } from '../particulars.ts';
import { refused, refusedFields } from './edit-description.ts';

const schema = z.strictObject({
  title: z.string().trim().min(1).max(200),
  description: z.string().trim().min(1).max(5000),
  topic: z.enum(topics),
  office: z.string().trim().min(1).max(100),
  kind: z.enum(['', 'own', 'footage']),
  /** Empty: made from the title. */
  slug: z.union([z.literal(''), z.string().trim().max(80).regex(slugPattern)]),
});

/**
 * A new dataset of an office: restricted, and without content; of `footage` there will never be any. Errors: signed-out, not-allowed, invalid (`details.fields`),
 * conflict (the address is taken; `details.fields`).
 */
export async function createDataset(
  ctx: Ctx,
  input: Record<Exclude<keyof z.input<typeof schema>, 'kind'>, string> & { kind?: string },
): Promise<string> {
  checkPermission(ctx, 'describe-dataset');
  const parsed = schema.safeParse({ kind: '', ...input });
  if (!parsed.success) throw refusedFields(parsed.error);
  const { office, kind, ...dataset } = parsed.data;
  return withTransaction(ctx.app, async (tx) => {
    const { rows } = await tx.query<{ place: string }>('select place from released.office where slug = $1', [
      office,
    ]);
    const place = rows[0]?.place;
    if (!place) throw refused({ office: 'unknown' }, `There is no office “${office}”.`);
    checkPermission(ctx, 'describe-dataset', { place, office });
    const slug = dataset.slug || slugOf(dataset.title);
    // Names that the site map uses itself.
    if (!slug || slug === 'new') throw refused({ slug: 'needed' }, 'Give an address of letters and digits.');
    const { id, made } = await ensureDataset(tx, { ...dataset, slug, place, office });
    if (!made)
      throw new Problem('conflict', `There is a dataset “${slug}” already. Choose another address.`, {
        details: { field: 'slug', fields: { slug: 'taken' } },
      });
    await tx.query('update private.dataset set created_at = $2, modified_at = $2 where id = $1', [
      id,
      ctx.clock.now(),
    ]);
    if (kind === 'footage')
      await tx.query(`update private.dataset set kind = 'footage', particulars = $2 where id = $1`, [
        id,
        JSON.stringify({ camera: '', location: '', basis: null } satisfies FootageParticulars),
      ]);
    await recordAudit(tx, ctx, {
      kind: 'dataset-created',
      subject: `dataset:${id}`,
      content: {
        dataset: slug,
        title: dataset.title,
        place,
        office,
        ...(kind === 'footage' ? { kind } : {}),
      },
    });
    return slug;
  });
}

/** An address made from a title: “Air, École St.” gives air-ecole-st. */
export function slugOf(title: string): string {
  return title
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 80)
    .replace(/^-+|-+$/g, '');
}
