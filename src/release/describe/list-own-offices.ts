import type { Ctx } from '../../kit/context.ts';
import { checkPermission, permittedSql } from '../../people/index.ts';

/** The offices for which the asker may make datasets, by place and name. Errors: signed-out, not-allowed. */
export async function listOwnOffices(ctx: Ctx): Promise<{ slug: string; name: string; placeName: string }[]> {
  checkPermission(ctx, 'describe-dataset');
  const values: unknown[] = [];
  const own = permittedSql(ctx, 'describe-dataset', { place: 'o.place', office: 'o.slug' }, values);
  const { rows } = await ctx.app.query<{ slug: string; name: string; placeName: string }>(
    `select o.slug, o.name, p.name as "placeName" from released.office o join released.place p on p.slug = o.place
     where ${own} order by p.name, o.name, o.slug`,
    values,
  );
  return rows;
}
