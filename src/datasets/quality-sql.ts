/** How much is looked at: a default of the software. */
const sampled = { series: 10, readings: 100 };

/**
 * What the newest readings of a dataset's first series are like, as one JSON object about the row `ds` of released.dataset:
 * the usual time between two, how many lie outside their believable range, and how often the next came later than twice the
 * promise (without one, twice the usual time). At most a thousand readings are looked at, by their key.
 */
export const quality = `(
  with sample as materialized (
    select r.phenomenon_start, r.flagged, r.phenomenon_start - lag(r.phenomenon_start) over
        (partition by s.id order by r.phenomenon_start) as gap
    from (select d.id from released.datastream d where d.dataset_id = ds.id and ds.access = 'open'
          order by d.id limit ${sampled.series}) s,
    lateral (select o.phenomenon_start, coalesce(o.result_quality @> '{"plausible": false}', false) as flagged
             from released.observation o where o.datastream_id = s.id
             order by o.phenomenon_start desc limit ${sampled.readings}) r
  ), usual as (
    select percentile_cont(0.5) within group (order by extract(epoch from gap)) as seconds from sample
    where gap > interval '0'
  )
  select json_build_object('typicalSeconds', min(usual.seconds), 'readings', count(*), 'flagged', count(*) filter (where flagged),
    'intervals', count(gap), 'gaps', count(*) filter (where extract(epoch from gap)
      > 2 * coalesce(extract(epoch from ds.update_every), usual.seconds)))
  from sample, usual)`;

export type Quality = {
  typicalSeconds: number | null;
  readings: number;
  flagged: number;
  intervals: number;
  gaps: number;
};
