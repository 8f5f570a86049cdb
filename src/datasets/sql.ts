/** A timestamptz column as ISO 8601 in UTC to the millisecond: what every browser's Date reads. */
export const isoTime = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/**
 * What each dataset's readings span, from the one row that every Datastream has for it; no reading is looked at.
 * The newest reading is no newer than when it came: one dated 9999 does not make a dataset fresh.
 */
export const extent = `
  count(distinct d.thing_id)::int as sensors, count(*)::int as datastreams,
    coalesce(sum(e.readings), 0)::float8 as readings,
    min(e.phenomenon_from) as first_at, max(least(e.phenomenon_to, e.arrived_at)) as last_at
  from released.datastream d left join released.datastream_extent e on e.datastream_id = d.id`;
/** How many sensors a dataset has: those with a Datastream in it, or for a register the Things it describes. */
export const sensorCount = (counted: string): string =>
  `coalesce(nullif(${counted}, 0), (select count(*)::int from released.thing t where t.dataset_id = ds.id))`;
export const extentByDataset = `select d.dataset_id, ${extent} group by d.dataset_id`;

/** The zone of the installation, for what has no place: that of its one region or city, as `readSite` finds it. */
export const siteZone = `coalesce(
  (select min(time_zone) from released.place where parent is null having count(*) = 1), 'UTC')`;

/** Title and description in a language ($n is its parameter), else as they were written. */
export const inLanguage = (parameter: string): string =>
  `coalesce(ds.translations -> ${parameter} ->> 'title', ds.title) as title,
   coalesce(ds.translations -> ${parameter} ->> 'description', ds.description) as description`;
