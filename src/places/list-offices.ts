import type { Ctx } from '../kit/context.ts';
import type { Office } from './office.ts';

/** The offices of a place, by name. */
export async function listOffices(ctx: Ctx, place: string): Promise<Office[]> {
  const { rows } = await ctx.public.query<Office>(
    `select slug, place, name, duty, email, phone, address, source
     from released.office where place = $1 order by name`,
    [place],
  );
  return rows;
}
