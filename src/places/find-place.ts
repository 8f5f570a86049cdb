import type { Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import { type Place, placeColumns } from './place.ts';

export type FoundPlace = {
  place: Place;
  /** The city whose offices and data count: the place itself, or the city a neighborhood is part of. */
  city: Place;
  neighborhoods: Place[];
};

/** A place by its slug, with the city it belongs to and that city's neighborhoods. Throws not-found. */
export async function findPlace(ctx: Ctx, slug: string): Promise<FoundPlace> {
  const { rows } = await ctx.public.query<Place>(
    `with asked as (select * from released.place where slug = $1),
          city as (select coalesce(case when kind = 'neighborhood' then parent end, slug) as slug from asked)
     select ${placeColumns} from released.place p, city
     where p.slug in ($1, city.slug) or (p.parent = city.slug and p.kind = 'neighborhood') order by p.name`,
    [slug],
  );
  const place = rows.find((row) => row.slug === slug);
  if (!place) throw new Problem('not-found', `There is no place “${slug}”.`);
  const city = place.kind === 'neighborhood' ? rows.find((row) => row.slug === place.parent) : place;
  return {
    place,
    city: city ?? place,
    neighborhoods: rows.filter((row) => row.kind === 'neighborhood'),
  };
}
