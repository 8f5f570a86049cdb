import type { Ctx } from '../kit/context.ts';
import type { AccessClass } from '../release/index.ts';
import type { Language } from '../ui/language.ts';
import { type CatalogChoice, type Facet, facets, pageSize } from './catalog.ts';
import { extent, isoTime, sensorCount } from './sql.ts';

export type CatalogEntry = {
  slug: string;
  title: string;
  description: string;
  topic: string;
  /** Its class; `elsewhere` and `footage` have no content here. */
  access: AccessClass | 'elsewhere' | 'footage';
  /** The portal where it stands, if that is another; and since when it is not listed there. */
  portal: string | null;
  missingSince: string | null;
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

/** Where the data have names for a facet's values: a table's row `named`, and what it is called. */
const labels: Partial<Record<Facet, { from: string; label: string }>> = {
  place: { from: 'left join released.place named on named.slug = v', label: 'named.name' },
  office: {
    from: `left join released.office named on named.slug = v left join released.place of on of.slug = named.place`,
    label: `named.name || coalesce(', ' || of.name, '')`,
  },
};
// A table and readings share two formats; whatever is open and has no table yet is told as readings.
const formats = `case when access <> 'open' then '{}' else array['csv', 'jsonl'] || case when tabular and freshness = 'none' then '{}'
  else array['json', 'geojson', 'parquet', 'sensorthings', 'live'] end end`;
const columns: Record<Exclude<Facet, 'format'>, string> = {
  place: 'city',
  topic: 'topic',
  office: 'office',
  access: 'access',
  freshness: 'freshness',
};

/**
 * One page of the catalog with the counts of every facet, in one statement. `q` is searched in both languages, in
 * titles, descriptions, keywords and the names of place and office; a facet's values are alternatives of each other.
 */
export async function searchCatalog(
  ctx: Ctx,
  input: { choice: CatalogChoice; language: Language },
): Promise<CatalogPage> {
  const { choice, language } = input;
  const chosen = facets.map((facet) => (choice[facet].length > 0 ? choice[facet] : null));
  const { rows } = await ctx.public.query<{ page: CatalogPage }>(sqlFor(language, choice), [
    choice.q,
    ctx.clock.now(),
    pageSize,
    (choice.page - 1) * pageSize,
    ...chosen,
  ]);
  return (rows[0] as { page: CatalogPage }).page;
}

const fits = (facet: Facet): string => {
  const chosen = `$${facets.indexOf(facet) + 5}::text[]`;
  const holds = facet === 'format' ? `${formats} && ${chosen}` : `${columns[facet]} = any(${chosen})`;
  return `(${chosen} is null or coalesce(${holds}, false))`;
};
const fitsAll = (except?: Facet) =>
  facets
    .filter((facet) => facet !== except)
    .map(fits)
    .join(' and ');

/** A facet's values with how many entries have each, from the groups: formats hang on access and what there is. */
function countsOf(facet: Facet): string {
  const { from = '', label = 'null' } = labels[facet] ?? {};
  const groups =
    facet === 'format'
      ? `select v, sum(n)::int as n from (select access, tabular, freshness, sum(n) as n from alike where ${fitsAll(facet)} group by 1, 2, 3) by_kind,
           unnest(${formats}) v group by v`
      : `select ${columns[facet]} as v, sum(n)::int as n from alike where ${columns[facet]} is not null and ${fitsAll(facet)} group by 1`;
  return `(select coalesce(json_agg(json_build_object('value', v, 'label', label, 'count', n)
      order by n desc, coalesce(label, v)), '[]')
    from (select v, n, ${label} as label from (${groups}) counted ${from} offset 0) one)`;
}

/**
 * The statement for a language and an order. Narrow rows of all that `q` finds are counted by groups that agree in every facet;
 * only the entries of the page are read whole. Without `q` nothing is ranked, and no index of words is asked.
 */
function sqlFor(language: Language, { q, sort }: CatalogChoice): string {
  const byRank = q && sort === 'relevance';
  const order = [
    ...(byRank ? ['rank desc'] : []),
    ...(sort === 'updated' ? ['last_at desc nulls last'] : []),
    'title',
    'slug',
  ].join(', ');
  return `
with query as materialized (
  select websearch_to_tsquery('english', $1) || websearch_to_tsquery('spanish', $1) as q
), found as materialized (
  select c.dataset_id as id, c.slug, ${language === 'es' ? 'c.title_es' : 'c.title'} as title, c.topic, c.office, c.access,
    c.city, c.last_at, exists (select from released.data_table t where t.dataset_id = c.dataset_id) as tabular, ${byRank ? 'ts_rank(c.words, query.q)' : '0'} as rank,
    case when c.access in ('elsewhere', 'footage') then null when c.last_at is null then 'none'
         when c.last_at > $2::timestamptz - interval '1 hour' then 'hour'
         when c.last_at > $2::timestamptz - interval '1 day' then 'day'
         when c.last_at > $2::timestamptz - interval '7 days' then 'week' else 'older' end as freshness
  from ${q ? 'query, ' : ''}released.catalog_entry c ${q ? 'where c.words @@ query.q' : ''}
), alike as materialized (
  select city, topic, office, access, freshness, tabular, count(*)::int as n from found group by 1, 2, 3, 4, 5, 6
), page as materialized (
  select id, access, row_number() over (order by ${order}) as position from (
    select * from found where ${fitsAll()} order by ${order} limit $3 offset $4) one
)
select json_build_object(
  'total', (select coalesce(sum(n), 0) from alike where ${fitsAll()}),
  'entries', (select coalesce(json_agg(entry order by position), '[]') from (
    select page.position, json_build_object('slug', ds.slug,
      'title', coalesce(ds.translations -> '${language}' ->> 'title', ds.title),
      'description', coalesce(ds.translations -> '${language}' ->> 'description', ds.description), 'topic', ds.topic,
      'access', page.access, 'license', ds.license, 'portal', hs.name, 'missingSince', ${isoTime('ds.missing_since')}, 'placeName', p.name,
      'officeName', o.name || coalesce(', ' || (select name from released.place where slug = o.place), ''),
      'sensors', ${sensorCount('x.sensors')}, 'readings', x.readings, 'lastAt', ${isoTime('x.last_at')},
      'promisedSeconds', extract(epoch from ds.update_every)::float8, 'demonstration', ds.demonstration) as entry
    from page join released.dataset ds on ds.id = page.id
    left join released.harvest_source hs on hs.id = ds.harvest_source_id
    left join released.place p on p.slug = ds.place left join released.office o on o.slug = ds.office,
    lateral (select ${extent} where d.dataset_id = ds.id) x) entries),
  'facets', json_build_object(${facets.map((facet) => `'${facet}', ${countsOf(facet)}`).join(', ')})
) as page`;
}
