import type { Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import { shortCode } from '../kit/short-code.ts';
import type { Office } from '../places/index.ts';
import type { AccessClass, PolicyContent } from '../release/index.ts';
import type { Column, LicenseGap, Sensitivity } from '../release/view.tsx';
import type { Language } from '../ui/language.ts';
import { ruleToldSql, type WithoutContent, withoutContentSql } from './elsewhere.ts';
import { type Quality, quality } from './quality-sql.ts';
import { extent, inLanguage, isoTime, sensorCount, siteZone } from './sql.ts';

export type DatasetPage = WithoutContent & {
  id: string;
  slug: string;
  title: string;
  description: string;
  topic: string;
  keywords: string[];
  access: AccessClass;
  license: string | null;
  source: string | null;
  demonstration: boolean;
  modifiedAt: string;
  createdAt: string;
  /** ISO 8601 duration the owner promises, and the same in seconds. */
  updateEvery: string | null;
  updateEverySeconds: number | null;
  place: { slug: string; name: string; state: string; timeZone: string } | null;
  office: (Office & { placeName: string }) | null;
  /** Offices of its city that share in answering for all its data. */
  sharedBy: { slug: string; place: string; name: string; duty: 'records-requests' | 'data-platform' }[];
  /** One Datastream, for examples. */
  anyDatastream: string | null;
  /** Rows of its table; null without one. */
  tableRows: number | null;
  tableChangedAt: string | null;
  extent: {
    sensors: number;
    datastreams: number;
    readings: number;
    firstAt: string | null;
    lastAt: string | null;
    /** The day of that reading by the city's clock, as downloads take it. */
    lastDay: string | null;
  };
  quality: Quality;
  custodian: NamedOffice | null;
  contact: string | null;
  licenseGap: LicenseGap | null;
  terms: string | null;
  /** The owner promises no frequency. */
  noPromise: boolean;
  /** In words, where it is not the whole place. */
  area: string | null;
  /** Stated where the readings do not tell all. */
  from: string | null;
  to: string | null;
  retentionRule: string | null;
  /** Since when and for what it is taken down, if it is. */
  takenDownAt: string | null;
  takenDownFor: string | null;
  /** The office to ask where no rule says how long it is kept. */
  retentionAsk: NamedOffice | null;
  /** The number of the newest version of its description. */
  version: number | null;
  policyVersion: number;
  /** What is changed or left out before it is released; null: nothing. */
  policy: Partial<PolicyContent> | null;
  /** West, south, east, north of its sensors; null where there are none or very many. */
  box: [number, number, number, number] | null;
};
export type NamedOffice = { slug: string; place: string; name: string };
export type Measured = {
  id: string;
  name: string;
  definition: string;
  unit: string | null;
  datastreams: number;
  low: number | null;
  high: number | null;
  /** From the dictionary; null where nobody has described it. */
  kind: Column['kind'] | null;
  meaning: Column['meaning'] | null;
  sensitivity: Sensitivity | null;
};
export type ListedSensor = {
  id: string;
  code: string;
  name: string;
  measures: string;
  lastAt: string | null;
};

export const sensorsPerPage = 25;

/**
 * Everything the dataset's page shows, from four small statements; of the readings, a few of the newest are looked at. A restricted dataset that
 * is listed comes without content. Throws not-found.
 */
export async function readDataset(
  ctx: Ctx,
  input: { slug: string; language: Language; sensorsPage: number },
): Promise<{
  dataset: DatasetPage;
  measured: Measured[];
  /** Columns of the dictionary that are no ObservedProperty of the data: of a table, or still to come. */
  columns: Column[];
  sensors: ListedSensor[];
}> {
  const [dataset, measured, columns, sensors] = await Promise.all([
    ctx.public.query<DatasetPage>(datasetSql, [input.language, input.slug]),
    ctx.public.query<Measured>(measuredSql, [input.slug]),
    ctx.public.query<Column>(columnsSql, [input.slug]),
    ctx.public.query<Omit<ListedSensor, 'code'>>(sensorsSql, [
      input.slug,
      sensorsPerPage,
      (input.sensorsPage - 1) * sensorsPerPage,
    ]),
  ]);
  const found = dataset.rows[0];
  if (!found) throw new Problem('not-found', `There is no dataset “${input.slug}”.`);
  return {
    dataset: found,
    measured: measured.rows,
    columns: columns.rows.filter(({ name }) => !measured.rows.some((one) => name === `result:${one.name}`)),
    sensors: sensors.rows.map((sensor) => ({ ...sensor, code: shortCode(sensor.id) })),
  };
}

const officeJson = (
  slug: string,
) => `(select json_build_object('slug', w.slug, 'place', w.place, 'name', w.name)
      from released.office w where w.slug = ${slug})`;

// By the keys of what is met on the way; of very many sensors it would take long.
const mostInBox = 500;
const box = `(
  select case when count(*) between 1 and ${mostInBox} then json_build_array(min(lon), min(lat), max(lon), max(lat)) end
  from (select (l.location -> 'coordinates' ->> 0)::float8 as lon, (l.location -> 'coordinates' ->> 1)::float8 as lat
        from (select distinct d.thing_id from released.datastream d where d.dataset_id = ds.id and ds.access = 'open'
              limit ${mostInBox + 1}) t
        join released.thing_location tl on tl.thing_id = t.thing_id join released.location l on l.id = tl.location_id
        where l.location ->> 'type' = 'Point') points)`;

const datasetSql = `
  select ${withoutContentSql}, ds.id, ds.slug, ${inLanguage('$1')}, ds.topic, ds.keywords, ds.access, ds.license, ds.source,
    ds.demonstration, ${isoTime('ds.modified_at')} as "modifiedAt", ${isoTime('ds.created_at')} as "createdAt",
    ds.update_every::text as "updateEvery", extract(epoch from ds.update_every)::float8 as "updateEverySeconds",
    case when p.slug is not null then json_build_object(
      'slug', p.slug, 'name', p.name, 'state', p.state, 'timeZone', p.time_zone) end as place,
    case when o.slug is not null then json_build_object('slug', o.slug, 'place', o.place, 'name', o.name,
      'duty', o.duty, 'email', o.email, 'phone', o.phone, 'address', o.address, 'source', o.source,
      'placeName', (select name from released.place where slug = o.place)) end as office,
    (select coalesce(json_agg(json_build_object('slug', so.slug, 'place', so.place, 'name', so.name, 'duty', share)
         order by share desc, so.name), '[]')
     from released.office so, unnest(so.shares) share
     where so.place in (ds.place, p.parent) and so.slug is distinct from ds.office) as "sharedBy",
    (select min(d.id)::text from released.datastream d where d.dataset_id = ds.id) as "anyDatastream",
    (select t.rows::float8 from released.data_table t where t.dataset_id = ds.id and ds.access = 'open'
       and t.policy_version = ds.policy_version) as "tableRows",
    (select ${isoTime('t.changed_at')} from released.data_table t where t.dataset_id = ds.id and ds.access = 'open'
       and t.policy_version = ds.policy_version) as "tableChangedAt",
    (select json_build_object('sensors', ${sensorCount('x.sensors')}, 'datastreams', x.datastreams, 'readings', x.readings,
       'firstAt', ${isoTime('x.first_at')}, 'lastAt', ${isoTime('x.last_at')},
       'lastDay', to_char(x.last_at at time zone coalesce(p.time_zone, ${siteZone}), 'YYYY-MM-DD'))
     from (select ${extent} where d.dataset_id = ds.id) x) as extent,
    ${quality} as quality,
    ${officeJson('ds.custodian')} as custodian, ds.contact, ds.license_gap as "licenseGap", ds.terms,
    ds.no_promise as "noPromise", ds.coverage_area as area, ds.covers_from::text as "from", ds.covers_to::text as "to",
    ${ruleToldSql} as "retentionRule", ${officeJson('ds.retention_ask')} as "retentionAsk",
    ds.taken_down_at as "takenDownAt", ds.taken_down_for as "takenDownFor",
    (select max(number) from released.dataset_version v where v.dataset_id = ds.id) as version,
    ds.policy_version as "policyVersion", ds.policy, ${box} as box
  from released.dataset ds
  left join released.place p on p.slug = ds.place
  left join released.office o on o.slug = ds.office
  where ds.slug = $2`;

const measuredSql = `
  select op.id, op.name, op.definition, coalesce(c.unit, m.unit) as unit, m.datastreams, m.low, m.high, c.kind, c.meaning,
    c.sensitivity
  from (select d.dataset_id, d.observed_property_id, d.unit_of_measurement ->> 'symbol' as unit, count(*)::int as datastreams,
          min(d.plausible_low) as low, max(d.plausible_high) as high
        from released.dataset ds join released.datastream d on d.dataset_id = ds.id
        where ds.slug = $1 and ds.access = 'open' group by 1, 2, 3) m
  join released.observed_property op on op.id = m.observed_property_id
  left join released.dictionary_column c on c.dataset_id = m.dataset_id and c.name = 'result:' || op.name
  order by op.name, m.unit`;

const columnsSql = `
  select c.name, c.kind, c.unit, c.meaning, c.sensitivity from released.dataset ds
  join released.dictionary_column c on c.dataset_id = ds.id where ds.slug = $1 order by c.name limit 500`;

const sensorsSql = `
  select t.id, t.name, of_thing.measures, of_thing."lastAt"
  from (select t.id, t.name, ds.id as dataset_id
        from released.dataset ds, lateral (
          select d.thing_id as id from released.datastream d where d.dataset_id = ds.id
          union select r.id from released.thing r where r.dataset_id = ds.id
            and not exists (select from released.datastream d where d.dataset_id = ds.id)) own
        join released.thing t on t.id = own.id
        where ds.slug = $1 and ds.access = 'open'
        order by t.name, t.id limit $2 offset $3) t,
  lateral (select string_agg(distinct op.name, ', ' order by op.name) as measures,
             ${isoTime('max(least(e.phenomenon_to, e.arrived_at))')} as "lastAt"
           from released.datastream d
           join released.observed_property op on op.id = d.observed_property_id
           left join released.datastream_extent e on e.datastream_id = d.id
           where d.thing_id = t.id and d.dataset_id = t.dataset_id) of_thing
  order by t.name, t.id`;
