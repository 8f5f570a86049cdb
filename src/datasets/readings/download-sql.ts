import type { Choice } from './choice.ts';

/**
 * The COPY statement of a download, for one Datastream. COPY takes no bind parameters, so what is asked for lies in
 * settings of the transaction (`set_config`) and the query reads it there: nothing is ever pasted into the text.
 * Raw readings come in the order of the primary key, so there is nothing to sort and memory stays flat.
 */
export type Format = 'csv' | 'json' | 'geojson';

export const csvHeader = {
  raw: 'dataset,sensor,sensor_name,measure,unit,time_utc,time_end_utc,time_local,time_zone,result,flag',
  buckets:
    'dataset,sensor,sensor_name,measure,unit,start_utc,start_local,time_zone,mean,min,max,count,flagged',
};

/** The settings that `downloadStatement` reads, by name. A custom setting needs a prefix with a dot. */
export const settingNames = {
  datastream: 'charter_oak.datastream',
  sensor: 'charter_oak.sensor',
  zone: 'charter_oak.zone',
  start: 'charter_oak.start',
  end: 'charter_oak.end',
} as const;

const setting = (name: keyof typeof settingNames) => `current_setting('${settingNames[name]}')`;
const implausible = `coalesce(o.result_quality @> '{"plausible": false}', false)`;
// The transaction's time zone is the city's, so a time as it is comes out by the city's clock with its offset,
// `2026-11-20 22:10:35-05`: cheaper than to convert, and the hour that autumn repeats is told apart.
const utc = (time: string) => `btrim(to_json(${time} at time zone 'UTC')::text, '"') || 'Z'`;
// A cell that begins like a formula is run by spreadsheets: an apostrophe before it makes it text.
const cell = (text: string) => `case when ${text} ~ '^[=+@\\t\\r-]' then '''' || ${text} else ${text} end`;

export function downloadStatement(format: Format, choice: Pick<Choice, 'resolution' | 'flagged'>): string {
  const rows = choice.resolution === 'raw' ? rawRows(format, choice) : bucketRows(format, choice);
  if (format === 'csv') return `copy (${rows}) to stdout (format csv, encoding 'UTF8')`;
  const object =
    format === 'json'
      ? `',' || row_to_json(r)::text`
      : `',{"type":"Feature","geometry":' || coalesce(r.geometry::text, 'null') || ',"properties":' ||
         row_to_json((select p from (select ${columnsOf(choice)}) p))::text || '}'`;
  // JSON text holds no control characters, so with these two nothing in it is ever quoted or escaped a second time.
  return `copy (select ${object} from (${rows}) r) to stdout (format csv, delimiter e'\\x02', quote e'\\x01', encoding 'UTF8')`;
}

function columnsOf(choice: Pick<Choice, 'resolution'>): string {
  const names = choice.resolution === 'raw' ? csvHeader.raw : csvHeader.buckets;
  return names
    .split(',')
    .map((name) => `r.${name}`)
    .join(', ');
}

/** What is the same on every row is worked out once. */
function constants(format: Format): string {
  const safe = format === 'csv' ? cell : (text: string) => text;
  const unit = `coalesce(nullif(d.unit_of_measurement ->> 'symbol', ''), d.unit_of_measurement ->> 'name')`;
  return `with c as materialized (
    select d.id, ds.slug as dataset, ${setting('sensor')} as sensor, ${safe('t.name')} as sensor_name,
      ${safe('p.name')} as measure, ${safe(unit)} as unit, ${setting('zone')} as time_zone,
      coalesce(nullif(${setting('start')}, ''), '-infinity')::timestamptz as span_start,
      coalesce(nullif(${setting('end')}, ''), 'infinity')::timestamptz as span_end
      ${format === 'geojson' ? `, ${thingPlace} as geometry` : ''}
    from released.datastream d
    join released.dataset ds on ds.id = d.dataset_id and ds.access = 'open'
    join released.thing t on t.id = d.thing_id
    join released.observed_property p on p.id = d.observed_property_id
    where d.id = ${setting('datastream')}::bigint
  )`;
}

const geometryOf = (json: string) =>
  `case when ${json} ? 'geometry' then ${json} -> 'geometry' when ${json} ? 'coordinates' then ${json} end`;
const thingPlace = `(select ${geometryOf('l.location')} from released.location l where l.id = (
  select min(tl.location_id) from released.thing_location tl where tl.thing_id = t.id))`;

// c is that one Datastream if it is public, else nothing. Naming it by the setting alone lets the planner read its
// readings in the order of their key, with no comparison for each row.
const fromReadings = `from c join released.observation o on o.datastream_id = ${setting('datastream')}::bigint`;
const inSpan = `o.phenomenon_start >= c.span_start and o.phenomenon_start < c.span_end`;

function rawRows(format: Format, choice: Pick<Choice, 'flagged'>): string {
  const text = `coalesce(o.result_number::text, ${cell(`(o.result_json #>> '{}')`)})`;
  const result = format === 'csv' ? text : `coalesce(to_jsonb(o.result_number), o.result_json)`;
  // Where each reading was made: its FeatureOfInterest; a sensor may have moved since.
  const geometry =
    format === 'geojson' ? `, coalesce(${geometryOf('f.feature')}, c.geometry) as geometry` : '';
  const feature =
    format === 'geojson' ? 'left join released.feature_of_interest f on f.id = o.feature_id' : '';
  return `${constants(format)}
    select c.dataset, c.sensor, c.sensor_name, c.measure, c.unit, ${utc('o.phenomenon_start')} as time_utc,
      ${utc('o.phenomenon_end')} as time_end_utc, o.phenomenon_start as time_local,
      c.time_zone, ${result} as result, case when ${implausible} then 'implausible' end as flag${geometry}
    ${fromReadings} ${feature}
    where ${inSpan} ${choice.flagged === 'leave-out' ? `and not ${implausible}` : ''}
    order by o.phenomenon_start, o.id`;
}

/** `flagged` counts the readings outside the plausible range, whether they are in the mean or left out of it. */
function bucketRows(format: Format, choice: Pick<Choice, 'resolution' | 'flagged'>): string {
  const counted = choice.flagged === 'leave-out' ? `filter (where not ${implausible})` : '';
  const field = choice.resolution === 'hourly' ? 'hour' : 'day';
  return `${constants(format)}
    select c.dataset, c.sensor, c.sensor_name, c.measure, c.unit, ${utc('b.start')} as start_utc,
      b.start as start_local, c.time_zone, b.mean, b.min, b.max, b.count, b.flagged
      ${format === 'geojson' ? ', c.geometry' : ''}
    from c cross join (
      select date_trunc('${field}', o.phenomenon_start, c.time_zone) as start, avg(o.result_number) ${counted} as mean,
        min(o.result_number) ${counted} as min, max(o.result_number) ${counted} as max,
        count(o.result_number) ${counted} as count, count(*) filter (where ${implausible}) as flagged
      ${fromReadings} where ${inSpan} group by 1
    ) b order by b.start`;
}
