import type { Choice } from './choice.ts';
import type { ContentSchema } from './datastreams.ts';

/**
 * The COPY statement of a download, for one Datastream. COPY takes no bind parameters, so what is asked for lies in
 * settings of the transaction (`set_config`) and the query reads it there: nothing is ever pasted into the text.
 * Raw readings come in the order of the primary key, so there is nothing to sort and memory stays flat.
 */
export const downloadFormats = ['csv', 'json', 'jsonl', 'geojson', 'parquet', 'sensorthings'] as const;
export type Format = (typeof downloadFormats)[number];

export const csvHeader = {
  raw: 'dataset,sensor,sensor_name,series,measure,unit,time_utc,time_end_utc,time_local,time_zone,result,flag',
  buckets:
    'dataset,sensor,sensor_name,series,measure,unit,start_utc,start_local,time_zone,mean,min,max,count,flagged',
};

/** The settings that `downloadStatement` reads, by name. A custom setting needs a prefix with a dot. */
export const settingNames = {
  dataset: 'charter_oak.dataset',
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
const utc = (time: string) => utcParts(`(${time} at time zone interval '0')`);
// Day and hour apart: half the time of any way to put a T between them afterwards.
const utcParts = (time: string) => `${time}::date || 'T' || ${time}::time || 'Z'`;
// A cell that begins like a formula is run by spreadsheets: an apostrophe before it makes it text.
const cell = (text: string) => `case when ${text} ~ '^[=+@\\t\\r-]' then '''' || ${text} else ${text} end`;
/** Text as a field of CSV [RFC 4180 §2]; null is an empty one. */
const field = (text: string) => `(select case when v is null then '' when v = '' or v ~ '[",\\r\\n]'
  then '"' || replace(v, '"', '""') || '"' else v end from (select ${text} as v) f)`;

/**
 * Every row is one column, a whole line: a COPY that has one text to look through for each row instead of eleven takes
 * half as long. A line with a line break in a field comes between two of these marks, and a mark in it comes doubled.
 */
export const lineMark = 0x01;

export function downloadStatement(
  format: Format,
  choice: Pick<Choice, 'resolution' | 'flagged'>,
  schema: ContentSchema = 'released',
): string {
  if (format === 'parquet') return `copy (${values(choice, schema)}) to stdout (format binary)`;
  return `copy (${lines(format, choice, schema)}) to stdout (format csv, delimiter e'\\x02', quote e'\\x01', encoding 'UTF8')`;
}

function lines(
  format: Format,
  choice: Pick<Choice, 'resolution' | 'flagged'>,
  schema: ContentSchema,
): string {
  if (format === 'csv' && choice.resolution === 'raw') return rawLines(choice, schema);
  if (format === 'sensorthings') return observationLines(choice, schema);
  const rows =
    choice.resolution === 'raw' ? rawRows(format, choice, schema) : bucketRows(format, choice, schema);
  const columns = namesOf(choice).map((name) => `r.${name}`);
  const line = {
    csv: columns.map((name) => field(`${name}::text`)).join(` || ',' || `),
    json: `',' || row_to_json(r)::text`,
    jsonl: 'row_to_json(r)::text',
    geojson: `',{"type":"Feature","geometry":' || coalesce(r.geometry::text, 'null') || ',"properties":' ||
       row_to_json((select p from (select ${columns.join(', ')}) p))::text || '}'`,
  }[format as Exclude<Format, 'parquet' | 'sensorthings'>];
  return `select ${line} from (${rows}) r`;
}

function namesOf(choice: Pick<Choice, 'resolution'>): string[] {
  return (choice.resolution === 'raw' ? csvHeader.raw : csvHeader.buckets).split(',');
}

/** What is the same on every row is worked out once. */
function constants(format: Format, schema: ContentSchema): string {
  const safe = format === 'csv' ? cell : (text: string) => text;
  const unit = `coalesce(nullif(d.unit_of_measurement ->> 'symbol', ''), d.unit_of_measurement ->> 'name')`;
  const columns = {
    dataset: setting('dataset'),
    sensor: setting('sensor'),
    sensor_name: safe('t.name'),
    // A sensor may measure one thing several times over, such as bicycles on either side of a bridge.
    series: safe('d.name'),
    measure: safe('p.name'),
    unit: safe(unit),
  };
  const named = Object.entries(columns).map(([name, sql]) => `${sql} as ${name}`);
  const start = Object.values(columns).map(field).join(` || ',' || `);
  return `with c as materialized (
    select d.id, ${named.join(', ')}, ${setting('zone')} as time_zone,
      coalesce(nullif(${setting('start')}, ''), '-infinity')::timestamptz as span_start,
      coalesce(nullif(${setting('end')}, ''), 'infinity')::timestamptz as span_end
      ${format === 'csv' ? `, ${start} || ',' as line_start, ',' || ${field(setting('zone'))} || ',' as line_middle` : ''}
      ${format === 'geojson' ? `, ${thingPlace(schema)} as geometry` : ''}
    from ${schema}.datastream d
    ${schema === 'released' ? "join released.dataset ds on ds.id = d.dataset_id and ds.access = 'open'" : ''}
    join ${schema}.thing t on t.id = d.thing_id
    join ${schema}.observed_property p on p.id = d.observed_property_id
    where d.id = ${setting('datastream')}::bigint
  )`;
}

const geometryOf = (json: string) =>
  `case when ${json} ? 'geometry' then ${json} -> 'geometry' when ${json} ? 'coordinates' then ${json} end`;
const thingPlace = (
  schema: ContentSchema,
) => `(select ${geometryOf('l.location')} from ${schema}.location l where l.id = (
  select min(tl.location_id) from ${schema}.thing_location tl where tl.thing_id = t.id))`;

// c is that one Datastream if it is public, else nothing, and then no reading is found. Asked for in this way its columns
// are worked out once, and what is asked of the readings is a piece of their key.
const constant = (column: string) => `(select ${column} from c)`;
const ofDatastream = `o.datastream_id = ${constant('id')} and o.phenomenon_start >= ${constant('span_start')} and
  o.phenomenon_start < ${constant('span_end')}`;
const chosen = (choice: Pick<Choice, 'flagged'>) =>
  `where ${ofDatastream} ${choice.flagged === 'leave-out' ? `and not ${implausible}` : ''}
    order by o.phenomenon_start, o.id`;

function rawLines(choice: Pick<Choice, 'flagged'>, schema: ContentSchema): string {
  const text = field(cell(`(o.result_json #>> '{}')`));
  return `${constants('csv', schema)}
    select ${constant('line_start')} || ${utc('o.phenomenon_start')} || ',' || coalesce(${utc('o.phenomenon_end')}, '') || ',' ||
      o.phenomenon_start::text || ${constant('line_middle')} || coalesce(o.result_number::text, ${text}) ||
      case when ${implausible} then ',implausible' else ',' end
    from ${schema}.observation o ${chosen(choice)}`;
}

function rawRows(format: Format, choice: Pick<Choice, 'flagged'>, schema: ContentSchema): string {
  // Where each reading was made: its FeatureOfInterest; a sensor may have moved since.
  const geometry =
    format === 'geojson' ? `, coalesce(${geometryOf('f.feature')}, ${constant('geometry')}) as geometry` : '';
  const feature =
    format === 'geojson' ? `left join ${schema}.feature_of_interest f on f.id = o.feature_id` : '';
  const same = ['dataset', 'sensor', 'sensor_name', 'series', 'measure', 'unit'].map(constant);
  return `${constants(format, schema)}
    select ${same.join(', ')}, ${utc('o.phenomenon_start')} as time_utc,
      ${utc('o.phenomenon_end')} as time_end_utc, o.phenomenon_start as time_local, ${constant('time_zone')},
      coalesce(to_jsonb(o.result_number), o.result_json) as result,
      case when ${implausible} then 'implausible' end as flag${geometry}
    from ${schema}.observation o ${feature} ${chosen(choice)}`;
}

/** `flagged` counts the readings outside the plausible range, whether they are in the mean or left out of it. */
function bucketRows(
  format: Format,
  choice: Pick<Choice, 'resolution' | 'flagged'>,
  schema: ContentSchema,
): string {
  const counted = choice.flagged === 'leave-out' ? `filter (where not ${implausible})` : '';
  const field = choice.resolution === 'hourly' ? 'hour' : 'day';
  return `${constants(format, schema)}
    select c.dataset, c.sensor, c.sensor_name, c.series, c.measure, c.unit, ${utc('b.start')} as start_utc,
      b.start as start_local, c.time_zone, b.mean, b.min, b.max, b.count, b.flagged
      ${format === 'geojson' ? ', c.geometry' : ''}
    from c cross join (
      select date_trunc('${field}', o.phenomenon_start, ${constant('time_zone')}) as start, avg(o.result_number) ${counted} as mean,
        min(o.result_number) ${counted} as min, max(o.result_number) ${counted} as max,
        count(o.result_number) ${counted} as count, count(*) filter (where ${implausible}) as flagged
      from ${schema}.observation o where ${ofDatastream} group by 1
    ) b order by b.start`;
}

/** What a file of typed columns needs of each reading; the rest of its columns is the same for a whole Datastream. */
function values(choice: Pick<Choice, 'resolution' | 'flagged'>, schema: ContentSchema): string {
  if (choice.resolution !== 'raw')
    return `select start_local, mean, min, max, count, flagged from (${bucketRows('parquet', choice, schema)}) b`;
  return `${constants('parquet', schema)}
    select o.phenomenon_start, o.phenomenon_end, o.result_number, o.result_json #>> '{}',
      case when ${implausible} then 'implausible' end
    from ${schema}.observation o ${chosen(choice)}`;
}

/** Observations in SensorThings JSON [STA 1.1 §8.2.6]. */
function observationLines(choice: Pick<Choice, 'flagged'>, schema: ContentSchema): string {
  const ends = (start: string, end: string) => `${utc(start)} || coalesce('/' || ${utc(end)}, '')`;
  const given = (name: string, sql: string) =>
    `case when ${sql} is null then '{}'::jsonb else jsonb_build_object('${name}', ${sql}) end`;
  return `${constants('sensorthings', schema)}
    select ',' || (jsonb_build_object('@iot.id', o.id, 'phenomenonTime', ${ends('o.phenomenon_start', 'o.phenomenon_end')},
        'resultTime', ${utc('o.result_time')}, 'result', coalesce(to_jsonb(o.result_number), o.result_json))
      || ${given('resultQuality', 'o.result_quality')} || ${given('parameters', 'o.parameters')}
      || ${given('validTime', ends('o.valid_start', 'o.valid_end'))})::text
    from ${schema}.observation o ${chosen(choice)}`;
}

/** The Datastream that these readings are of, with what it hangs on, up to where its Observations begin. */
export const datastreamHead = (schema: ContentSchema): string => `
  select left((jsonb_build_object('@iot.id', d.id, 'name', d.name, 'description', d.description,
      'observationType', d.observation_type, 'unitOfMeasurement', d.unit_of_measurement)
    || jsonb_strip_nulls(jsonb_build_object('properties', d.properties, 'observedArea', d.observed_area))
    || jsonb_build_object(
      'Thing', jsonb_strip_nulls(jsonb_build_object('@iot.id', t.id, 'name', t.name, 'description', t.description,
        'properties', t.properties))
        || jsonb_build_object('Locations', (select coalesce(jsonb_agg(jsonb_build_object('@iot.id', l.id, 'name', l.name,
             'description', l.description, 'encodingType', l.encoding_type, 'location', l.location) order by l.id), '[]')
           from ${schema}.thing_location tl join ${schema}.location l on l.id = tl.location_id where tl.thing_id = t.id)),
      'Sensor', jsonb_build_object('@iot.id', s.id, 'name', s.name, 'description', s.description,
        'encodingType', s.encoding_type, 'metadata', s.metadata),
      'ObservedProperty', jsonb_build_object('@iot.id', p.id, 'name', p.name, 'definition', p.definition,
        'description', p.description)))::text, -1) || ',"Observations":[' as head
  from ${schema}.datastream d
  ${schema === 'released' ? "join released.dataset ds on ds.id = d.dataset_id and ds.access = 'open'" : ''}
  join ${schema}.thing t on t.id = d.thing_id
  join ${schema}.sensor s on s.id = d.sensor_id
  join ${schema}.observed_property p on p.id = d.observed_property_id
  where d.id = $1`;
