import type { Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission, isPermitted } from '../people/index.ts';

export type Takedown = {
  slug: string;
  title: string;
  access: string;
  listed: boolean;
  takenDownAt: string | null;
};

/** What is about to be taken down, for whoever may. Errors: signed-out, not-allowed, not-found. */
export async function prepareTakedown(ctx: Ctx, input: { dataset: string }): Promise<Takedown> {
  checkPermission(ctx, 'take-down');
  const { rows } = await ctx.app.query<Takedown & { place: string | null; office: string | null }>(
    `select slug, title, access, listed, taken_down_at as "takenDownAt", place, office from private.dataset where slug = $1`,
    [input.dataset],
  );
  const found = rows[0];
  if (!found || !isPermitted(ctx, 'take-down', found))
    throw new Problem('not-found', `There is no dataset “${input.dataset}”.`);
  const { place: _, office: __, ...dataset } = found;
  return dataset;
}
