import type { Ctx } from '../kit/context.ts';
import { type AccessClass, shownAccessSql } from '../release/index.ts';
import type { Language } from '../ui/language.ts';
import { extentByDataset, inLanguage, isoTime, sensorCount } from './sql.ts';

export type OverviewDataset = {
  slug: string;
  title: string;
  description: string;
  topic: string;
  access: AccessClass | 'footage';
  /** The city that a dataset counts for: its place, or the city its neighborhood is part of. */
  city: string | null;
  sensors: number;
  readings: number;
  lastAt: string | null;
};
export type Overview = {
  cities: { slug: string; name: string; state: string; neighborhoods: string[] }[];
  datasets: OverviewDataset[];
};

/** All datasets of ours in short and the cities they belong to; with `city`, that city's alone. */
export async function readOverview(
  ctx: Ctx,
  input: { language: Language; city?: string },
): Promise<Overview> {
  const [datasets, cities] = await Promise.all([
    ctx.public.query<OverviewDataset>(
      `with extent as (${extentByDataset})
       select ds.slug, ${inLanguage('$1')}, ds.topic, ${shownAccessSql} as access,
         case when p.kind = 'neighborhood' then p.parent else p.slug end as city,
         ${sensorCount('x.sensors')} as sensors, coalesce(x.readings, 0) as readings, ${isoTime('x.last_at')} as "lastAt"
       from released.dataset ds
       left join released.place p on p.slug = ds.place left join extent x on x.dataset_id = ds.id
       where ds.kind <> 'external'
         and ($2::text is null or $2 = case when p.kind = 'neighborhood' then p.parent else p.slug end)
       order by title`,
      [input.language, input.city ?? null],
    ),
    ctx.public.query<Overview['cities'][number]>(
      `select c.slug, c.name, c.state, array(
         select n.name from released.place n where n.parent = c.slug and n.kind = 'neighborhood' order by 1
       ) as neighborhoods
       from released.place c where c.kind = 'city' order by c.name`,
    ),
  ]);
  return { cities: cities.rows, datasets: datasets.rows };
}
