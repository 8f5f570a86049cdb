import type { Side } from '../release/index.ts';
import type { Repeats } from './reading.ts';

/**
 * One statement: judge each incoming reading, store the new ones, record what arrived, widen the extents, count.
 * `$1` is the Datastreams of this side; `relation` (alias i) holds the readings.
 */
export function storeStatement(
  side: Side,
  repeats: Repeats,
  relation: string,
  want: { ids: boolean; ranges: boolean },
): string {
  return `with judged as materialized (
    select v.*, case when verdict in ('new', 'kept') then nextval('private.observation_id') end as id,
      v.result_quality is null and (v.result_number < v.plausible_low or v.result_number > v.plausible_high) is true as flag
    from (${repeats === 'allow' ? allNew(relation) : judge(side, repeats, relation)}) v
  ),
  inserted as (
    insert into ${side}.observation (datastream_id, id, phenomenon_start, phenomenon_end, result_time, result_number,
      result_json, result_quality, valid_start, valid_end, parameters, feature_id)
    select datastream_id, id, phenomenon_start, phenomenon_end, result_time, result_number, result_json,
      case when flag then '{"plausible": false}'::jsonb else result_quality end, valid_start, valid_end, parameters,
      feature_id
    from judged where id is not null
  ),
  arrived as (
    select datastream_id, min(id) as first_id, max(id) as last_id, count(*)::int as readings,
      min(phenomenon_start) as phenomenon_from, max(greatest(phenomenon_start, phenomenon_end)) as phenomenon_to,
      min(result_time) as result_from, max(result_time) as result_to
    from judged where id is not null group by datastream_id
  ),
  recorded as (
    insert into ${side}.arrival (datastream_id, first_id, last_id, readings)
    select datastream_id, first_id, last_id, readings from arrived
  ),
  widened as (
    update ${side}.datastream_extent e set readings = e.readings + a.readings, arrived_at = now(),
      phenomenon_from = least(e.phenomenon_from, a.phenomenon_from),
      phenomenon_to = greatest(e.phenomenon_to, a.phenomenon_to),
      result_from = least(e.result_from, a.result_from), result_to = greatest(e.result_to, a.result_to)
    from arrived a where e.datastream_id = a.datastream_id
  )
  select
    count(id)::int as stored,
    count(*) filter (where flag and id is not null)::int as flagged,
    count(*) filter (where verdict = 'duplicate')::int as duplicates,
    count(*) filter (where verdict = 'conflict')::int as conflicts_dropped,
    count(*) filter (where verdict = 'kept')::int as conflicts_kept,
    (select array_agg(position order by position) from judged where verdict = 'conflict') as conflict_positions,
    ${want.ids ? 'array_agg(position) filter (where id is not null)' : 'null::int[]'} as positions,
    ${want.ids ? 'array_agg(id) filter (where id is not null)' : 'null::bigint[]'} as ids,
    ${want.ranges ? `(select json_agg(json_build_object('datastreamId', datastream_id::text, 'first', first_id::text, 'last', last_id::text)) from arrived)` : 'null::json'} as ranges
  from judged`;
}

function allNew(relation: string): string {
  return `select i.*, d.plausible_low, d.plausible_high, 'new' as verdict
    from ${relation} join private.datastream d on d.id = i.datastream_id
    where i.datastream_id = any($1::bigint[]) order by i.position`;
}

/**
 * "Same time" is the same phenomenonTime, both ends; the stored readings are looked at only inside the extent. Rows come
 * out by Datastream and time, so that what is read together lies together.
 */
function judge(side: Side, repeats: Exclude<Repeats, 'allow'>, relation: string): string {
  const sameAsFirst =
    'result_number is not distinct from first_number and result_json is not distinct from first_json';
  const verdict =
    repeats === 'keep-both'
      ? `when nth_same > 1 then 'duplicate' when stored > 0 or nth > 1 then 'kept' else 'new'`
      : `when stored > 0 then 'conflict' when nth = 1 then 'new' when ${sameAsFirst} then 'duplicate' else 'conflict'`;
  return `select s.*, case when stored_same then 'duplicate' ${verdict} end as verdict from (
    select i.*, d.plausible_low, d.plausible_high, o.stored, o.stored_same, row_number() over at_time as nth,
      ${
        repeats === 'keep-both'
          ? `row_number() over (partition by i.datastream_id, i.phenomenon_start, i.phenomenon_end, i.result_number,
               i.result_json order by i.position) as nth_same`
          : `first_value(i.result_number) over at_time as first_number,
             first_value(i.result_json) over at_time as first_json`
      }
    from ${relation}
    join private.datastream d on d.id = i.datastream_id
    join ${side}.datastream_extent e on e.datastream_id = i.datastream_id
    left join lateral (
      select count(*) as stored, bool_or(o.result_number is not distinct from i.result_number
        and o.result_json is not distinct from i.result_json) as stored_same
      from ${side}.observation o
      where o.datastream_id = i.datastream_id and o.phenomenon_start = i.phenomenon_start
        and o.phenomenon_end is not distinct from i.phenomenon_end
        and i.phenomenon_start between e.phenomenon_from and e.phenomenon_to
    ) o on true
    where i.datastream_id = any($1::bigint[])
    window at_time as (partition by i.datastream_id, i.phenomenon_start, i.phenomenon_end order by i.position)
    order by i.datastream_id, i.phenomenon_start, i.phenomenon_end, i.position
  ) s`;
}
