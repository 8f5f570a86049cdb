import type { Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import { shortCode } from '../kit/short-code.ts';
import type { Office } from '../places/index.ts';
import type { AccessClass } from '../release/index.ts';
import type { Language } from '../ui/language.ts';
import { extent, inLanguage, isoTime, sensorCount, siteZone } from './sql.ts';

export type DatasetPage = {
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
  extent: {
    sensors: number;
    datastreams: number;
    readings: number;
    firstAt: string | null;
    lastAt: string | null;
    /** The day of that reading by the city's clock, as downloads take it. */
    lastDay: string | null;
    /** The usual time between two of the newest readings of a Datastream: what the owner's promise is held against. */
    typicalSeconds: number | null;
  };
};
export type Measured = {
  id: string;
  name: string;
  definition: string;
  unit: string | null;
  datastreams: number;
  low: number | null;
  high: number | null;
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
 * Everything the dataset's page shows, from three small statements; of the readings, a few of the newest are looked at. A restricted dataset that
 * is listed comes without content. Throws not-found.
 */
export async function readDataset(
  ctx: Ctx,
  input: { slug: string; language: Language; sensorsPage: number },
): Promise<{ dataset: DatasetPage; measured: Measured[]; sensors: ListedSensor[] }> {
  const [dataset, measured, sensors] = await Promise.all([
    ctx.public.query<DatasetPage>(datasetSql, [input.language, input.slug]),
    ctx.public.query<Measured>(measuredSql, [input.slug]),
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
    sensors: sensors.rows.map((sensor) => ({ ...sensor, code: shortCode(sensor.id) })),
  };
}

const typicalSeconds = `
  select percentile_cont(0.5) within group (order by newest.gap)
  from (select d.id from released.datastream d
        where d.dataset_id = ds.id and ds.access = 'open' order by d.id limit 10) sampled,
  lateral (select extract(epoch from o.phenomenon_start - lag(o.phenomenon_start) over (order by o.phenomenon_start)) as gap
           from (select phenomenon_start from released.observation where datastream_id = sampled.id
                 order by phenomenon_start desc limit 21) o) newest
  where newest.gap > 0`;

const datasetSql = `
  select ds.id, ds.slug, ${inLanguage('$1')}, ds.topic, ds.keywords, ds.access, ds.license, ds.source,
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
    (select json_build_object('sensors', ${sensorCount('x.sensors')}, 'datastreams', x.datastreams, 'readings', x.readings,
       'firstAt', ${isoTime('x.first_at')}, 'lastAt', ${isoTime('x.last_at')},
       'lastDay', to_char(x.last_at at time zone coalesce(p.time_zone, ${siteZone}), 'YYYY-MM-DD'), 'typicalSeconds', (${typicalSeconds}))
     from (select ${extent} where d.dataset_id = ds.id) x) as extent
  from released.dataset ds
  left join released.place p on p.slug = ds.place
  left join released.office o on o.slug = ds.office
  where ds.slug = $2`;

const measuredSql = `
  select op.id, op.name, op.definition, m.unit, m.datastreams, m.low, m.high
  from (select d.observed_property_id, d.unit_of_measurement ->> 'symbol' as unit, count(*)::int as datastreams,
          min(d.plausible_low) as low, max(d.plausible_high) as high
        from released.dataset ds join released.datastream d on d.dataset_id = ds.id
        where ds.slug = $1 and ds.access = 'open' group by 1, 2) m
  join released.observed_property op on op.id = m.observed_property_id
  order by op.name, m.unit`;

const sensorsSql = `
  select t.id, t.name, of_thing.measures, of_thing."lastAt"
  from (select t.id, t.name, ds.id as dataset_id
        from released.dataset ds, released.thing t
        where ds.slug = $1 and ds.access = 'open'
          and (t.id in (select d.thing_id from released.datastream d where d.dataset_id = ds.id)
            or (t.dataset_id = ds.id and not exists (select from released.datastream d where d.dataset_id = ds.id)))
        order by t.name, t.id limit $2 offset $3) t,
  lateral (select string_agg(distinct op.name, ', ' order by op.name) as measures,
             ${isoTime('max(least(e.phenomenon_to, e.arrived_at))')} as "lastAt"
           from released.datastream d
           join released.observed_property op on op.id = d.observed_property_id
           left join released.datastream_extent e on e.datastream_id = d.id
           where d.thing_id = t.id and d.dataset_id = t.dataset_id) of_thing
  order by t.name, t.id`;
