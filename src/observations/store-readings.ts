import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { Ctx } from '../kit/context.ts';
import { type Tx, withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { ensureAutomaticFeatures } from './ensure-automatic-features.ts';
import type { Reading, Repeats, StoredReadings } from './reading.ts';

type Input = {
  readings: readonly Reading[];
  repeats: Repeats;
  wantIds?: boolean;
  /** What has to be stored before these are judged: an importer hands one batch over while another is stored. */
  after?: Promise<unknown> | undefined;
};

/**
 * Stores a batch of readings, all or nothing, in one transaction. Every way in (HTTP, file, webhook, MQTT, simulator)
 * ends here. Errors: not-found (a Datastream that does not exist). Emits `readings-stored` after the commit.
 */
export async function storeReadings(ctx: Ctx, input: Input): Promise<StoredReadings> {
  const result = await withTransaction(ctx.app, (tx) => storeReadingsIn(tx, input));
  if (result.stored > 0) ctx.emit({ kind: 'readings-stored', readings: result.stored });
  return result;
}

/** The same inside a transaction that the caller has opened (a deep insert); the caller emits. */
export async function storeReadingsIn(tx: Tx, input: Input): Promise<StoredReadings> {
  const total: StoredReadings = {
    stored: 0,
    duplicates: 0,
    conflictsDropped: 0,
    conflictsKept: 0,
    flagged: 0,
    conflictPositions: [],
    ...(input.wantIds ? { ids: input.readings.map(() => null) } : {}),
  };
  if (input.readings.length === 0) return total;
  const sides = await sideOf(tx, input.readings);
  const features = await ensureAutomaticFeatures(
    tx,
    input.readings.filter((reading) => !reading.featureId).map((reading) => reading.datastreamId),
  );
  await fillIncoming(tx, input.readings, features);
  await input.after;
  for (const side of new Set(sides.values())) {
    const ids = [...sides].filter(([, its]) => its === side).map(([id]) => id);
    await storeSide(tx, side, ids, input, total);
  }
  await tx.query('truncate pg_temp.incoming');
  return total;
}

type Side = 'released' | 'private';

/** Where each Datastream's readings belong now. Holds the datasets' rows so that no change of access can interleave. */
async function sideOf(tx: Tx, readings: readonly Reading[]): Promise<Map<string, Side>> {
  const wanted = [...new Set(readings.map((reading) => reading.datastreamId))];
  const { rows } = await tx.query<{ id: string; side: Side }>(
    `select d.id, case when ds.access = 'open' then 'released' else 'private' end as side
     from private.datastream d join private.dataset ds on ds.id = d.dataset_id
     where d.id = any($1::bigint[]) for share of ds for key share of d`,
    [wanted],
  );
  const sides = new Map(rows.map((row) => [row.id, row.side]));
  const missing = wanted.find((id) => !sides.has(id));
  if (missing)
    throw new Problem('not-found', `There is no Datastream ${missing}.`, {
      details: { datastream: missing },
    });
  return sides;
}

async function fillIncoming(
  tx: Tx,
  readings: readonly Reading[],
  features: ReadonlyMap<string, string>,
): Promise<void> {
  await tx.query(`create temporary table if not exists incoming (
    position integer not null, datastream_id bigint not null, phenomenon_start timestamptz not null,
    phenomenon_end timestamptz, result_time timestamptz, result_number double precision, result_json jsonb,
    result_quality jsonb, valid_start timestamptz, valid_end timestamptz, parameters jsonb, feature_id bigint
  ) on commit delete rows`);
  const copy = tx.query(copyFrom('copy pg_temp.incoming from stdin'));
  await pipeline(Readable.from(copyChunks(readings, features)), copy);
}

function* copyChunks(readings: readonly Reading[], features: ReadonlyMap<string, string>): Generator<Buffer> {
  let text = '';
  for (let position = 0; position < readings.length; position++) {
    const reading = readings[position] as Reading;
    const { result } = reading;
    const isNumber = typeof result === 'number' && Number.isFinite(result);
    text += `${position}\t${reading.datastreamId}\t${reading.phenomenonStart}\t${reading.phenomenonEnd ?? '\\N'}\t${
      reading.resultTime ?? '\\N'
    }\t${isNumber ? result : '\\N'}\t${isNumber ? '\\N' : json(result)}\t${json(reading.resultQuality)}\t${
      reading.validStart ?? '\\N'
    }\t${reading.validEnd ?? '\\N'}\t${json(reading.parameters)}\t${
      reading.featureId ?? features.get(reading.datastreamId) ?? '\\N'
    }\n`;
    if (text.length > 60_000) {
      yield Buffer.from(text);
      text = '';
    }
  }
  if (text) yield Buffer.from(text);
}

/** A JSON value as a field of COPY's text format: backslash is its only special character that JSON.stringify leaves. */
function json(value: unknown): string {
  return value === undefined || value === null ? '\\N' : JSON.stringify(value).replaceAll('\\', '\\\\');
}

async function storeSide(
  tx: Tx,
  side: Side,
  datastreamIds: string[],
  input: Input,
  total: StoredReadings,
): Promise<void> {
  await tx.query(
    `insert into ${side}.datastream_extent (datastream_id) select unnest($1::bigint[]) on conflict do nothing`,
    [datastreamIds],
  );
  // Held until the commit: within a Datastream no other writer's ids fall between ours, so that first_id..last_id of an
  // arrival names exactly its readings (the live feeds rely on it).
  await tx.query(
    `select from ${side}.datastream_extent where datastream_id = any($1::bigint[]) order by datastream_id for update`,
    [datastreamIds],
  );
  const { rows } = await tx.query<{
    stored: number;
    duplicates: number;
    conflicts_dropped: number;
    conflicts_kept: number;
    flagged: number;
    conflict_positions: number[] | null;
    positions: number[] | null;
    ids: string[] | null;
  }>(storeStatement(side, input.repeats, input.wantIds ?? false), [datastreamIds]);
  const row = rows[0];
  if (!row) return;
  total.stored += row.stored;
  total.duplicates += row.duplicates;
  total.conflictsDropped += row.conflicts_dropped;
  total.conflictsKept += row.conflicts_kept;
  total.flagged += row.flagged;
  total.conflictPositions.push(...(row.conflict_positions ?? []));
  for (const [index, position] of (row.positions ?? []).entries()) {
    if (total.ids) total.ids[position] = row.ids?.[index] ?? null;
  }
}

/** One statement: judge each incoming reading, store the new ones, record what arrived, widen the extents, count. */
function storeStatement(side: Side, repeats: Repeats, wantIds: boolean): string {
  return `with judged as (${repeats === 'allow' ? allNew : judge(side, repeats)}),
  numbered as materialized (
    select j.*, nextval('private.observation_id') as id,
      j.result_quality is null and (j.result_number < d.plausible_low or j.result_number > d.plausible_high) is true as flag
    from (select * from judged where verdict in ('new', 'kept') order by position) j
    join private.datastream d on d.id = j.datastream_id
  ),
  inserted as (
    insert into ${side}.observation (datastream_id, id, phenomenon_start, phenomenon_end, result_time, result_number,
      result_json, result_quality, valid_start, valid_end, parameters, feature_id)
    select datastream_id, id, phenomenon_start, phenomenon_end, result_time, result_number, result_json,
      case when flag then '{"plausible": false}'::jsonb else result_quality end, valid_start, valid_end, parameters,
      feature_id
    from numbered
  ),
  arrived as (
    select datastream_id, min(id) as first_id, max(id) as last_id, count(*)::int as readings,
      min(phenomenon_start) as phenomenon_from, max(greatest(phenomenon_start, phenomenon_end)) as phenomenon_to,
      min(result_time) as result_from, max(result_time) as result_to
    from numbered group by datastream_id
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
    (select count(*)::int from numbered) as stored,
    (select count(*)::int from numbered where flag) as flagged,
    count(*) filter (where verdict = 'duplicate')::int as duplicates,
    count(*) filter (where verdict = 'conflict')::int as conflicts_dropped,
    count(*) filter (where verdict = 'kept')::int as conflicts_kept,
    array_agg(position order by position) filter (where verdict = 'conflict') as conflict_positions,
    ${wantIds ? '(select array_agg(position order by position) from numbered)' : 'null::int[]'} as positions,
    ${wantIds ? '(select array_agg(id order by position) from numbered)' : 'null::bigint[]'} as ids
  from judged`;
}

const allNew = `select i.*, 'new' as verdict from pg_temp.incoming i where i.datastream_id = any($1::bigint[])`;

/** "Same time" is the same phenomenonTime, both ends; the stored readings are looked at only inside the extent. */
function judge(side: Side, repeats: Exclude<Repeats, 'allow'>): string {
  const sameAsFirst =
    'result_number is not distinct from first_number and result_json is not distinct from first_json';
  const verdict =
    repeats === 'keep-both'
      ? `when nth_same > 1 then 'duplicate' when stored > 0 or nth > 1 then 'kept' else 'new'`
      : `when stored > 0 then 'conflict' when nth = 1 then 'new' when ${sameAsFirst} then 'duplicate' else 'conflict'`;
  return `select s.*, case when stored_same then 'duplicate' ${verdict} end as verdict from (
    select i.*, coalesce(o.stored, 0) as stored, coalesce(o.stored_same, false) as stored_same,
      row_number() over at_time as nth,
      ${
        repeats === 'keep-both'
          ? `row_number() over (partition by i.datastream_id, i.phenomenon_start, i.phenomenon_end, i.result_number,
               i.result_json order by i.position) as nth_same`
          : `first_value(i.result_number) over at_time as first_number,
             first_value(i.result_json) over at_time as first_json`
      }
    from pg_temp.incoming i
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
  ) s`;
}
