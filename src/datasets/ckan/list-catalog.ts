import type { Ctx } from '../../kit/context.ts';
import type { Office } from './packages.ts';

export type CatalogLists = {
  offices: (Office & { datasets: number })[];
  topics: { topic: string; datasets: number }[];
  tags: { tag: string; datasets: number }[];
  licenses: string[];
};

/** What the datasets of the catalog are sorted under, each with how many: offices, topics, keywords, licenses. */
export async function listCatalog(ctx: Ctx): Promise<CatalogLists> {
  const { rows } = await ctx.public.query<CatalogLists>(
    `select
       (select coalesce(json_agg(json_build_object('slug', o.slug, 'place', o.place, 'name', o.name, 'placeName', p.name,
           'address', o.address, 'datasets', coalesce(c.n, 0)) order by o.slug), '[]')
        from released.office o join released.place p on p.slug = o.place
        left join (select office, count(*)::int as n from released.dataset group by office) c on c.office = o.slug) as offices,
       (select coalesce(json_agg(t order by t.topic), '[]')
        from (select topic, count(*)::int as datasets from released.dataset group by topic) t) as topics,
       (select coalesce(json_agg(k order by k.tag), '[]')
        from (select tag, count(distinct id)::int as datasets from released.dataset, unnest(keywords) tag group by tag) k) as tags,
       (select coalesce(json_agg(distinct license), '[]') from released.dataset where license is not null) as licenses`,
  );
  return rows[0] as CatalogLists;
}
