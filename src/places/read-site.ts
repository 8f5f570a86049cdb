import type { Ctx } from '../kit/context.ts';
import { type Place, placeColumns } from './place.ts';

/**
 * What this installation serves: its region, or its city when it has no region above it; null when nothing is set up or
 * several places stand side by side. `demonstration` is true when any place is one.
 */
export async function readSite(ctx: Ctx): Promise<{ place: Place | null; demonstration: boolean }> {
  const { rows } = await ctx.public.query<Place & { any: boolean; tops: string }>(
    `select ${placeColumns}, (select bool_or(demonstration) from released.place) as any, count(*) over () as tops
     from released.place p where p.parent is null order by p.slug limit 1`,
  );
  const row = rows[0];
  if (!row) return { place: null, demonstration: false };
  const { any, tops, ...place } = row;
  return { place: Number(tops) === 1 ? place : null, demonstration: any };
}
