import type { Ctx } from '../kit/context.ts';
import { siteZone } from './sql.ts';

/** The day of its newest reading, by the city's clock, as downloads take it. */
export type Example = { slug: string; thing: string; datastream: string; day: string };

/** One open Datastream with readings, for examples that work as they stand; null when there is none. */
export async function readExample(ctx: Ctx): Promise<Example | null> {
  const { rows } = await ctx.public.query<Example>(
    `select ds.slug, d.thing_id::text as thing, d.id::text as datastream,
       to_char(e.phenomenon_to at time zone coalesce(p.time_zone, ${siteZone}), 'YYYY-MM-DD') as day
     from released.dataset ds
     left join released.place p on p.slug = ds.place
     join released.datastream d on d.dataset_id = ds.id
     join released.datastream_extent e on e.datastream_id = d.id and e.readings > 0
     where ds.access = 'open' order by d.id limit 1`,
  );
  return rows[0] ?? null;
}
