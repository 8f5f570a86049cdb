import type { Queryable } from '../../kit/database.ts';
import type { DataColumn, Facts } from './completeness.ts';
import type { Column, Description } from './description.ts';

export type Loaded = {
  id: string;
  description: Description;
  dictionary: (Column & { describedBy: string; describedAt: string })[];
  facts: Facts;
};

/** The rule that governs the readings of `private.dataset ds` as a whole: its series `*`, by its newest row. */
const ruleSql = `(select s.rule_id from private.retention_series s where s.dataset_id = ds.id and s.series = '*'
    order by s.id desc limit 1)`;

/** The fields of a Description, of `private.dataset ds`. */
export const descriptionJson = `jsonb_build_object('slug', ds.slug, 'title', ds.title, 'description', ds.description,
  'translations', ds.translations, 'topic', ds.topic, 'keywords', to_jsonb(ds.keywords), 'place', ds.place, 'office', ds.office,
  'custodian', ds.custodian, 'contact', ds.contact, 'license', ds.license, 'licenseGap', ds.license_gap, 'terms', ds.terms,
  'updateEvery', ds.update_every::text, 'noPromise', ds.no_promise, 'area', ds.coverage_area, 'from', ds.covers_from::text,
  'to', ds.covers_to::text, 'retentionRule', ${ruleSql}, 'retentionAsk', ds.retention_ask, 'source', ds.source)`;

/** A dictionary, of the rows `c` of one dataset, by name. */
export const dictionaryJson = (more = ''): string =>
  `coalesce(jsonb_agg(jsonb_build_object('name', c.name, 'kind', c.kind, 'unit', c.unit, 'meaning', c.meaning,
     'sensitivity', c.sensitivity${more}) order by c.name), '[]')`;

// A Datastream's extent lies on one side, and once more in private under a policy; all are looked at, by key.
const sql = `
  select ds.id::text, ${descriptionJson} as description,
    (select ${dictionaryJson(`, 'describedAt', c.described_at,
       'describedBy', coalesce((select coalesce(w.name, w.email) from private.person w where 'person:' || w.id = c.described_by), c.described_by)`)}
     from private.dictionary_column c where c.dataset_id = ds.id) as dictionary,
    jsonb_build_object('access', ds.access, 'tableRows', (select t.rows from private.data_table t where t.dataset_id = ds.id), 'listed', ds.listed,
      'footage', case when ds.kind = 'footage' then ds.particulars end,
      'officeReachable', exists (select from released.office o where o.slug = ds.office
        and coalesce(o.email, o.phone, o.address) is not null),
      'termsPublished', exists (select from private.terms t where t.place is null or t.place = ds.place),
      'columns', (select coalesce(jsonb_agg(m order by m ->> 'name'), '[]') from (
          select jsonb_build_object('name', 'result:' || op.name, 'kind', min(case
              when d.observation_type like '%OM_TruthObservation' then 'true-false'
              when d.observation_type like any (array['%OM_Measurement', '%OM_CountObservation']) then 'number'
              when d.observation_type like '%OM_CategoryObservation' then 'text' else 'object' end),
            'units', coalesce(jsonb_agg(distinct d.unit_of_measurement ->> 'symbol')
              filter (where d.unit_of_measurement ->> 'symbol' is not null), '[]'),
            'low', min(d.plausible_low), 'high', max(d.plausible_high), 'said', min(op.description),
            'series', count(*)) as m
          from private.datastream d join private.observed_property op on op.id = d.observed_property_id
          where d.dataset_id = ds.id group by op.name
          union all select jsonb_build_object('name', c.name, 'kind', case c.type when 'text' then 'text' when 'boolean' then 'true-false'
              when 'date' then 'time' when 'time' then 'time' when 'place' then 'place' else 'number' end,
            'units', '[]'::jsonb, 'low', null, 'high', null, 'said', null, 'series', 0)
          from private.data_table t join private.table_column c on c.table_id = t.id where t.dataset_id = ds.id) measured),
      'firstAt', x.first_at, 'lastAt', x.last_at) as facts
  from private.dataset ds, lateral (
    select min(e.phenomenon_from) as first_at, max(least(e.phenomenon_to, e.arrived_at)) as last_at
    from private.datastream d, lateral (
      select phenomenon_from, phenomenon_to, arrived_at from released.datastream_extent where datastream_id = d.id
      union all select phenomenon_from, phenomenon_to, arrived_at from granted.datastream_extent where datastream_id = d.id
      union all select phenomenon_from, phenomenon_to, arrived_at from private.datastream_extent where datastream_id = d.id) e
    where d.dataset_id = ds.id) x
  where ds.id = any($1::bigint[])`;

/** Descriptions with what the data tell, by the dataset's id. */
export async function loadDescriptions(db: Queryable, ids: readonly string[]): Promise<Map<string, Loaded>> {
  const { rows } = await db.query<Loaded>(sql, [ids]);
  return new Map(rows.map((row) => [row.id, row]));
}

/** A unit for the form: the one that all series have, if they agree. */
export const soleUnit = ({ units }: Pick<DataColumn, 'units'>): string | null =>
  units.length === 1 ? (units[0] as string) : null;
