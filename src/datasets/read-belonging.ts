import type { Ctx } from '../kit/context.ts';
import type { Language } from '../ui/language.ts';
import { inLanguage } from './sql.ts';

/** Whose a sensor is: its dataset, the office in charge and the place whose time it keeps. */
export type Belonging = {
  slug: string;
  title: string;
  license: string | null;
  place: string | null;
  placeSlug: string | null;
  timeZone: string | null;
  office: string | null;
  officeSlug: string | null;
  officePlace: string | null;
  officePlaceSlug: string | null;
};

/** The datasets of these slugs, with office and place, by title. */
export async function readBelonging(
  ctx: Ctx,
  input: { datasets: string[]; language: Language },
): Promise<Belonging[]> {
  const { rows } = await ctx.public.query<Belonging>(
    `select ds.slug, ${inLanguage('$2')}, ds.license, p.name as place, p.slug as "placeSlug",
       p.time_zone as "timeZone", o.name as office, o.slug as "officeSlug", op.name as "officePlace",
       op.slug as "officePlaceSlug"
     from released.dataset ds
     left join released.place p on p.slug = ds.place
     left join released.office o on o.slug = ds.office
     left join released.place op on op.slug = o.place
     where ds.slug = any($1) order by title`,
    [input.datasets, input.language],
  );
  return rows;
}
