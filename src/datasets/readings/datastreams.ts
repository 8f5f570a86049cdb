import type { Ctx } from '../../kit/context.ts';
import type { Queryable } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { shortCode } from '../../kit/short-code.ts';
import { readGranted } from '../../release/index.ts';
import { measureOf, seriesNames, shownUnit } from '../series-names.ts';
import { siteZone } from '../sql.ts';
import type { Choice } from './choice.ts';
import type { Extent } from './period.ts';

export type OpenDataset = {
  id: string;
  slug: string;
  title: string;
  /** Titles in other languages. */
  titles: Record<string, string>;
  zone: string;
  place: string | null;
  demonstration: boolean;
  /** Seconds between readings that the owner promises; null when not stated. */
  updateEvery: number | null;
};

/** What readings hang on: one Datastream with its Thing, its measure and what it holds. */
export type DatasetDatastream = {
  id: string;
  name: string;
  thingId: string;
  sensor: string;
  sensorName: string;
  measureId: string;
  measure: string;
  /** What tells it from the other Datastreams of its sensor and measure; absent when there is no other. */
  seriesName?: string;
  /** Symbol, or name where there is none; empty when it has no unit. */
  unit: string;
  readings: number;
  from: string | null;
  to: string | null;
  /** The newest reading that is no later than when it came: one dated 9999 is not it. Null when there is none. */
  latest: string | null;
};

/** Where content is read: what anyone may see; or what a key opens, together with that. */
export type ContentSchema = 'released' | 'visible';

const datasetFrom = (
  schema: 'released' | 'private',
) => `select ds.id, ds.slug, ds.title, ds.demonstration, p.name as place, coalesce(p.time_zone, ${siteZone}) as zone,
       coalesce((select jsonb_object_agg(l.key, l.value ->> 'title') from jsonb_each(ds.translations) l), '{}') as titles,
       extract(epoch from ds.update_every)::float8 as "updateEvery"
     from ${schema}.dataset ds left join released.place p on p.slug = ds.place`;

/** A dataset that the asker's key opens, by its slug. */
export async function findGrantedDataset(ctx: Ctx, slug: string): Promise<OpenDataset | undefined> {
  if (ctx.actor.kind !== 'reading-key') return undefined;
  const granted = (await readGranted(ctx)).find((each) => each.slug === slug);
  if (!granted) return undefined;
  const { rows } = await ctx.app.query<OpenDataset>(`${datasetFrom('private')} where ds.id = $1`, [
    granted.id,
  ]);
  return rows[0];
}

/**
 * An open dataset by its slug. Throws Problem `not-found`, the same whether it is restricted, listed without its
 * content, or was never there.
 */
export async function findOpenDataset(db: Queryable, slug: string): Promise<OpenDataset> {
  const { rows } = await db.query<OpenDataset>(
    `${datasetFrom('released')} where ds.slug = $1 and ds.access = 'open'`,
    [slug],
  );
  if (rows[0]) return rows[0];
  throw new Problem(
    'not-found',
    `There is no open dataset “${slug.slice(0, 80)}”. The catalog lists those there are.`,
  );
}

/** Every Datastream of a dataset, by sensor name and measure. */
export async function readDatastreams(
  db: Queryable,
  datasetId: string,
  schema: ContentSchema = 'released',
): Promise<DatasetDatastream[]> {
  const { rows } = await db.query<
    Omit<DatasetDatastream, 'sensor' | 'readings' | 'seriesName'> & { readings: string }
  >(
    `select d.id, d.name, t.id as "thingId", t.name as "sensorName", p.id as "measureId", p.name as measure,
       coalesce(nullif(d.unit_of_measurement ->> 'symbol', ''), d.unit_of_measurement ->> 'name', '') as unit,
       coalesce(e.readings, 0) as readings, to_json(e.phenomenon_from) #>> '{}' as "from",
       to_json(e.phenomenon_to) #>> '{}' as "to",
       to_json(case when e.phenomenon_to <= coalesce(e.arrived_at, 'infinity') then e.phenomenon_to else (
         select max(o.phenomenon_start) from ${schema}.observation o
         where o.datastream_id = d.id and o.phenomenon_start <= e.arrived_at) end) #>> '{}' as latest
     from ${schema}.datastream d
     join ${schema}.thing t on t.id = d.thing_id
     join ${schema}.observed_property p on p.id = d.observed_property_id
     left join ${schema}.datastream_extent e on e.datastream_id = d.id
     where d.dataset_id = $1
     order by t.name, t.id, p.name, d.id`,
    [datasetId],
  );
  const names = seriesNames(rows.map((row) => ({ ...row, thing: row.thingId })));
  return rows.map((row) => {
    const seriesName = names.get(row.id);
    const told = seriesName === undefined ? {} : { seriesName };
    return { ...row, ...told, readings: Number(row.readings), sensor: shortCode(row.thingId) };
  });
}

/**
 * The Datastreams that a choice names. Throws Problem `invalid` with the parameter for a sensor or a measure that the
 * dataset does not have; a sensor without one of the measures chosen merely adds nothing.
 */
export function chooseDatastreams(
  all: readonly DatasetDatastream[],
  choice: Pick<Choice, 'sensors' | 'measures'>,
): DatasetDatastream[] {
  const sensors = new Set(choice.sensors);
  const measures = new Set(choice.measures);
  for (const code of choice.sensors) {
    if (all.some((each) => each.sensor === code)) continue;
    throw new Problem(
      'invalid',
      `“sensor=${code}”: this dataset has no such sensor. Its page lists those it has.`,
      {
        details: { parameter: 'sensor', value: code },
      },
    );
  }
  for (const id of choice.measures) {
    if (all.some((each) => each.measureId === id)) continue;
    const there = [...new Map(all.map((each) => [each.measureId, each.measure]))];
    const listed = there.slice(0, 20).map(([key, name]) => `${key} (${name})`);
    throw new Problem(
      'invalid',
      `“measure=${id}”: this dataset does not measure that. It has ${listed.join(', ')}.`,
      {
        details: { parameter: 'measure', value: id },
      },
    );
  }
  return all.filter(
    (each) =>
      (sensors.size === 0 || sensors.has(each.sensor)) &&
      (measures.size === 0 || measures.has(each.measureId)),
  );
}

/** What these Datastreams span together. */
export function extentOf(datastreams: readonly DatasetDatastream[]): Extent | undefined {
  let extent: Extent | undefined;
  for (const { from, to, latest } of datastreams) {
    if (!from || !to) continue;
    extent ??= { from, to };
    if (Date.parse(from) < Date.parse(extent.from)) extent.from = from;
    if (Date.parse(to) > Date.parse(extent.to)) extent.to = to;
    if (latest && !(Date.parse(extent.latest ?? '') >= Date.parse(latest))) extent.latest = latest;
  }
  return extent;
}

export type SensorOnMap = {
  sensor: string;
  name: string;
  /** Longitude, latitude; null when no place is stated. */
  at: [number, number] | null;
  lastTime: string | null;
  last: { measure: string; unit: string; result: string }[];
  fresh: boolean;
};

/** More than this is no map that anybody reads; the page says how many it leaves out. */
export const mostSensorsOnMap = 2000;

/**
 * Sensors with their place and newest readings. `fresh`: its newest reading is no older than twice what the dataset
 * promises, or a day where it promises nothing.
 */
export async function readSensorsOnMap(
  ctx: Ctx,
  dataset: OpenDataset,
  datastreams: readonly DatasetDatastream[],
): Promise<SensorOnMap[]> {
  const things = [...new Set(datastreams.map((each) => each.thingId))].slice(0, mostSensorsOnMap);
  const [places, newest] = await Promise.all([readPlaces(ctx, things), readNewest(ctx, dataset.id, things)]);
  const patience = Math.max((dataset.updateEvery ?? 43_200) * 2, 600) * 1000;
  const now = ctx.clock.now().getTime();
  const byThing = Map.groupBy(newest, (row) => row.thing);
  const about = new Map(datastreams.map((each) => [each.id, each]));
  const ofThing = Map.groupBy(datastreams, (each) => each.thingId);
  return things.map((thing) => {
    const rows = byThing.get(thing) ?? [];
    const times = rows.map((row) => row.time).sort((a, b) => Date.parse(b) - Date.parse(a));
    return {
      sensor: shortCode(thing),
      name: ofThing.get(thing)?.[0]?.sensorName ?? '',
      at: places.get(thing) ?? null,
      lastTime: times[0] ?? null,
      last: rows.map((row) => {
        const { measure = '', seriesName, unit = '' } = about.get(row.datastream) ?? {};
        return { measure: measureOf({ measure, seriesName }), unit: shownUnit(unit), result: row.result };
      }),
      fresh: (ofThing.get(thing) ?? []).some(({ latest }) => now - Date.parse(latest ?? '') <= patience),
    };
  });
}

export type NamedPlace = { name: string; at: [number, number] };

/** Cities and neighborhoods, whose names give a map of outlines its bearings. */
export async function readNamedPlaces(db: Queryable): Promise<NamedPlace[]> {
  const { rows } = await db.query<NamedPlace>(
    `select name, json_build_array(longitude, latitude) as at from released.place where kind <> 'region'
     order by kind, name limit 200`,
  );
  return rows;
}

async function readPlaces(ctx: Ctx, things: string[]): Promise<Map<string, [number, number]>> {
  const { rows } = await ctx.public.query<{ thing: string; location: unknown }>(
    `select tl.thing_id as thing, l.location
     from released.thing_location tl join released.location l on l.id = tl.location_id
     where tl.thing_id = any($1::bigint[]) order by tl.thing_id, l.id desc`,
    [things],
  );
  const places = new Map<string, [number, number]>();
  for (const { thing, location } of rows) {
    const point = firstPosition(location);
    if (point) places.set(thing, point);
  }
  return places;
}

async function readNewest(
  ctx: Ctx,
  datasetId: string,
  things: string[],
): Promise<{ thing: string; datastream: string; time: string; result: string }[]> {
  const { rows } = await ctx.public.query<{
    thing: string;
    datastream: string;
    time: string;
    result: string;
  }>(
    `select d.thing_id as thing, d.id as datastream, to_json(o.phenomenon_start) #>> '{}' as time,
       coalesce(o.result_number::text, o.result_json #>> '{}') as result
     from released.datastream d
     cross join lateral (
       select o.phenomenon_start, o.result_number, o.result_json from released.observation o
       where o.datastream_id = d.id order by o.phenomenon_start desc, o.id desc limit 1
     ) o
     where d.dataset_id = $1 and d.thing_id = any($2::bigint[]) order by d.id`,
    [datasetId, things],
  );
  return rows;
}

/** The first position of a GeoJSON geometry or feature: where a marker may stand. */
export function firstPosition(geojson: unknown): [number, number] | undefined {
  if (typeof geojson !== 'object' || geojson === null) return undefined;
  if ('geometry' in geojson) return firstPosition(geojson.geometry);
  let found: unknown = 'coordinates' in geojson ? geojson.coordinates : undefined;
  while (Array.isArray(found) && Array.isArray(found[0])) found = found[0];
  if (!Array.isArray(found)) return undefined;
  const [longitude, latitude] = found as unknown[];
  if (typeof longitude !== 'number' || typeof latitude !== 'number') return undefined;
  return Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90 ? [longitude, latitude] : undefined;
}
