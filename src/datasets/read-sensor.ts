import type { Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import { measureOf, seriesNames } from './series-names.ts';
import { isoTime } from './sql.ts';

export type Reading = {
  at: string;
  /** A number, or what else a result may be, as JSON. */
  number: number | null;
  other: unknown;
  quality: unknown;
};
export type SensorStream = {
  id: string;
  name: string;
  /** What it measures, with the Datastream's name where the sensor measures the same more than once. */
  measures: string;
  definition: string;
  instrument: string;
  /** A symbol; null when there is none or it is a mere number. */
  unit: string | null;
  low: number | null;
  high: number | null;
  dataset: string;
  firstAt: string | null;
  readings: number;
  recent: Reading[];
};
export type SensorPage = {
  id: string;
  name: string;
  description: string;
  /** Text, or a text for each language. */
  purpose: unknown;
  installedOn: unknown;
  mount: unknown;
  location: { name: string; description: string; coordinates: unknown } | null;
  streams: SensorStream[];
};

/** How many of the newest readings of each Datastream come along. */
export const recentReadings = 8;

/**
 * A sensor (a Thing) with what it measures and its newest readings: one statement, one index look-up a Datastream.
 * Only what belongs to an open dataset is shown. Throws not-found.
 */
export async function readSensor(ctx: Ctx, input: { id: string }): Promise<SensorPage> {
  const { rows } = await ctx.public.query<SensorPage>(
    `select t.id, t.name, t.description, t.properties -> 'purpose' as purpose,
       t.properties -> 'installedOn' as "installedOn", t.properties -> 'mount' as mount,
       (select json_build_object('name', l.name, 'description', l.description, 'coordinates',
          coalesce(l.location -> 'geometry', l.location) -> 'coordinates')
        from released.thing_location tl join released.location l on l.id = tl.location_id
        where tl.thing_id = t.id order by l.id limit 1) as location,
       streams.list as streams
     from released.thing t,
     lateral (select json_agg(json_build_object('id', d.id::text, 'name', d.name, 'measures', op.name,
         'definition', op.definition, 'instrument', s.name, 'unit', nullif(d.unit_of_measurement ->> 'symbol', '1'),
         'low', d.plausible_low, 'high', d.plausible_high, 'dataset', ds.slug,
         'firstAt', ${isoTime('e.phenomenon_from')}, 'readings', coalesce(e.readings, 0),
         'recent', coalesce(newest.list, '[]')) order by op.name, d.id) as list
       from released.datastream d
       join released.dataset ds on ds.id = d.dataset_id and ds.access = 'open'
       join released.observed_property op on op.id = d.observed_property_id
       join released.sensor s on s.id = d.sensor_id
       left join released.datastream_extent e on e.datastream_id = d.id
       left join lateral (select json_agg(json_build_object('at', ${isoTime('coalesce(o.phenomenon_end, o.phenomenon_start)')},
           'number', case when o.result_number in ('NaN', 'Infinity', '-Infinity') then null else o.result_number end,
           'other', o.result_json, 'quality', o.result_quality) order by o.phenomenon_start desc, o.id desc) as list
         from (select * from released.observation o where o.datastream_id = d.id
               order by o.phenomenon_start desc, o.id desc limit $2) o) newest on true
       where d.thing_id = t.id) streams
     where t.id = $1 and streams.list is not null`,
    [input.id, recentReadings],
  );
  const sensor = rows[0];
  if (!sensor) throw new Problem('not-found', 'There is no such sensor.');
  const names = seriesNames(
    sensor.streams.map(({ id, name, measures }) => ({ id, name, thing: sensor.id, measure: measures })),
  );
  return {
    ...sensor,
    streams: sensor.streams.map((stream) => ({
      ...stream,
      measures: measureOf({ measure: stream.measures, seriesName: names.get(stream.id) }),
    })),
  };
}
