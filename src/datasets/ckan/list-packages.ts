import type { Ctx } from '../../kit/context.ts';

/** package_list: the short names of all datasets, or of a part of them. */
export async function listPackages(
  ctx: Ctx,
  input: { limit: number | null; offset: number },
): Promise<{ id: string; slug: string }[]> {
  const { rows } = await ctx.public.query<{ id: string; slug: string }>(
    'select id, slug from released.dataset order by slug limit $1 offset $2',
    [input.limit, input.offset],
  );
  return rows;
}
