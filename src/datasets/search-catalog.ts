import type { Ctx } from '../kit/context.ts';
import type { AccessClass } from '../release/index.ts';
import type { Language } from '../ui/language.ts';
import { type CatalogChoice, type Facet, facets, pageSize } from './catalog.ts';
import { extentByDataset, inLanguage, isoTime, sensorCount } from './sql.ts';

export type CatalogEntry = {
  slug: string;
  title: string;
  description: string;
  topic: string;
  access: AccessClass;
  license: string | null;
  placeName: string | null;
  officeName: string | null;
  sensors: number;
  readings: number;
  lastAt: string | null;
  /** Promised, in seconds. */
  promisedSeconds: number | null;
  demonstration: boolean;
};
export type CatalogPage = {
  entries: CatalogEntry[];
  total: number;
  /** For each facet, its values with how many entries the choice would show with that value instead. */
  facets: Record<Facet, { value: string; label: string | null; count: number }[]>;
};

// Each facet as an SQL expression over one catalog entry, and its name where the data have one.
const facetColumns: Record<Facet, { values: string; label: string }> = {
  place: { values: 'array[city]', label: '(select name from released.place where slug = v)' },
  topic: { values: 'array[topic]', label: 'null' },
  office: {
    values: 'array[office]',
    label: `(select o.name || coalesce(', ' || p.name, '') from released.office o
       left join released.place p on p.slug = o.place where o.slug = v)`,
  },
  access: { values: 'array[access]', label: 'null' },
  format: { values: 'formats', label: 'null' },
  freshness: { values: 'array[freshness]', label: 'null' },
};

/**
 * One page of the catalog with the counts of every facet, in one statement. `q` is searched in both languages, in
 * titles, descriptions, keywords and the names of place and office; a facet's values are alternatives of each other.
 */
export async function searchCatalog(
  ctx: Ctx,
  input: { choice: CatalogChoice; language: Language },
): Promise<CatalogPage> {
  const { choice } = input;
  const chosen = facets.map((facet) => (choice[facet].length > 0 ? choice[facet] : null));
  const { rows } = await ctx.public.query<{ page: CatalogPage }>(sql, [
    input.language,
    choice.q || null,
    ctx.clock.now(),
    choice.sort,
    pageSize,
    (choice.page - 1) * pageSize,
    ...chosen,
  ]);
  return (rows[0] as { page: CatalogPage }).page;
}

const fits = (facet: Facet) => `fits_${facet}`;
const fitsAll = (except?: Facet) =>
  facets
    .filter((facet) => facet !== except)
    .map(fits)
    .join(' and ');

const sql = `
with query as (
  select websearch_to_tsquery('english', $2) || websearch_to_tsquery('spanish', $2) as q where $2::text is not null
), extent as (${extentByDataset}
), entry as materialized (
  select ds.slug, ${inLanguage('$1')}, ds.topic, ds.office, ds.access, ds.license, ds.demonstration, extract(epoch from ds.update_every)::float8 as promised,
    p.name as "placeName",
    o.name || coalesce(', ' || (select name from released.place where slug = o.place), '') as "officeName",
    case when p.kind = 'neighborhood' then p.parent else p.slug end as city,
    ${sensorCount('x.sensors')} as sensors, coalesce(x.readings, 0) as readings, x.last_at,
    case when ds.access = 'open' then array['csv', 'json', 'geojson', 'sensorthings', 'live'] else '{}' end as formats,
    case when x.last_at is null then 'none'
         when x.last_at > $3::timestamptz - interval '1 hour' then 'hour'
         when x.last_at > $3::timestamptz - interval '1 day' then 'day'
         when x.last_at > $3::timestamptz - interval '7 days' then 'week' else 'older' end as freshness,
    coalesce(ts_rank(words.all_of_them, query.q), 0) as rank
  from released.dataset ds
  left join released.place p on p.slug = ds.place
  left join released.office o on o.slug = ds.office
  left join extent x on x.dataset_id = ds.id
  left join query on true
  left join lateral (select ds.search || to_tsvector('english',
      concat_ws(' ', array_to_string(ds.keywords, ' '), p.name, o.name)) as all_of_them) words on query.q is not null
  where $2::text is null or words.all_of_them @@ query.q
), judged as materialized (
  select entry.*, ${facets
    .map(
      (facet, index) =>
        `($${index + 7}::text[] is null or coalesce(${facetColumns[facet].values} && $${index + 7}, false)) as ${fits(facet)}`,
    )
    .join(', ')}
  from entry
), shown as (
  select * from judged where ${fitsAll()}
  order by case when $4 = 'relevance' then rank end desc nulls last,
    case when $4 = 'updated' then last_at end desc nulls last, title, slug
  limit $5 offset $6
)
select json_build_object(
  'total', (select count(*) from judged where ${fitsAll()}),
  'entries', (select coalesce(json_agg(json_build_object('slug', slug, 'title', title, 'description', description,
      'topic', topic, 'access', access, 'license', license, 'placeName', "placeName", 'officeName', "officeName",
      'sensors', sensors, 'readings', readings, 'lastAt', ${isoTime('last_at')}, 'promisedSeconds', promised, 'demonstration', demonstration)
      order by case when $4 = 'relevance' then rank end desc nulls last,
        case when $4 = 'updated' then last_at end desc nulls last, title, slug), '[]') from shown),
  'facets', json_build_object(${facets
    .map(
      (
        facet,
      ) => `'${facet}', (select coalesce(json_agg(json_build_object('value', v, 'label', label, 'count', n)
        order by n desc, coalesce(label, v)), '[]') from (
          select v, n, ${facetColumns[facet].label} as label from (
            select v, count(*)::int as n from judged, unnest(${facetColumns[facet].values}) v
            where v is not null and ${fitsAll(facet)} group by v) counted) named)`,
    )
    .join(', ')})
) as page`;
