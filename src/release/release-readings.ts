import type { Tx } from '../kit/database.ts';
import { type Audience, type Side, sideSql, sides } from './audience.ts';
import { reckonExtents } from './extents.ts';
import type { PolicyContent } from './policy.ts';
import {
  bucketEnd,
  bucketStart,
  type CompiledReadings,
  compileReadings,
  releasedColumns,
} from './reading-policy.ts';

/** A Datastream under a release policy: its readings as measured lie in `private`. */
export type Release = {
  datastreamId: string;
  datasetId: string;
  /** Null: nobody outside may see it. */
  audience: Audience | null;
  /** gather: readings as measured are not all in `private` yet. releasing: a writer releases what it stores. */
  state: 'gather' | 'waiting' | 'releasing';
  /** It is shown: what comes now is news. */
  settled: boolean;
  policy: Pick<PolicyContent, 'steps'>;
  property: string | null;
  zone: string;
};

/** The zone of dataset `ds`: that of its place, else of the installation. */
export const zoneSql = `coalesce((select time_zone from released.place where slug = ds.place), (select min(time_zone)
  from released.place where parent is null having count(*) = 1), 'UTC')`;

/** The releases of these Datastreams, held so that none comes into another phase before the commit. */
export async function holdReleases(tx: Tx, datastreamIds: readonly string[]): Promise<Map<string, Release>> {
  const { rows } = await tx.query<Release>(
    `select r.datastream_id as "datastreamId", ds.id as "datasetId", nullif(${sideSql('ds')}, 'private') as audience,
       case when r.phase = 'gather' then 'gather'
         when r.phase in ('derive', 'settled') and r.version = ds.policy_version and ds.policy is not null
           and r.observed_property_id = d.observed_property_id then 'releasing' else 'waiting' end as state,
       r.phase = 'settled' as settled,
       coalesce(ds.policy, '{"steps": []}') as policy, p.properties ->> r.observed_property_id::text as property,
       ${zoneSql} as zone
     from private.datastream_release r join private.datastream d on d.id = r.datastream_id
     join private.dataset ds on ds.id = r.dataset_id
     left join private.release_policy p on p.dataset_id = ds.id and p.version = ds.policy_version
     where r.datastream_id = any($1::bigint[]) order by r.datastream_id for share of r`,
    [datastreamIds],
  );
  return new Map(rows.map((row) => [row.datastreamId, row]));
}

/**
 * Where each Datastream's readings as measured lie, and its release if it has one. Holds the datasets' rows, so that no
 * change of class or policy can interleave. One that does not exist is not in the answer. `inTurn`: before anything else of
 * them is held, as writers of new readings ask who are many.
 */
export async function holdSides(
  tx: Tx,
  datastreamIds: readonly string[],
  { inTurn = false } = {},
): Promise<Map<string, { side: Side; release?: Release }>> {
  const { rows } = await tx.query<{ id: string; side: Side; policies: number }>(
    `select d.id, ${sideSql('ds')} as side, ds.policy_version as policies
     from private.datastream d join private.dataset ds on ds.id = d.dataset_id
     where d.id = any($1::bigint[]) for share of ds for key share of d`,
    [datastreamIds],
  );
  const found = new Map<string, { side: Side; release?: Release }>(
    rows.map(({ id, side }) => [id, { side }]),
  );
  const under = rows.filter(({ policies }) => policies > 0).map(({ id }) => id);
  // Row locks that are shared let each other past whoever waits to change; these locks are had in turn.
  if (under.length > 0 && inTurn)
    await tx.query(
      `select pg_advisory_xact_lock_shared(${turnOf('id')}) from unnest($1::bigint[]) id order by id`,
      [under],
    );
  // In a statement of its own: what a change of policy has committed while we waited for the dataset is seen by it.
  if (under.length > 0)
    for (const [id, release] of await holdReleases(tx, under)) found.set(id, { side: 'private', release });
  return found;
}

/** Runs a statement with those of the values that it uses: a step may have made another's needless. */
export async function run<Row extends object>(
  tx: Tx,
  text: string,
  values: readonly unknown[],
): Promise<{ rows: Row[]; rowCount: number }> {
  const used: unknown[] = [];
  const numbers = new Map<string, number>();
  const renumbered = text.replace(/\$(\d+)/g, (_, old: string) => {
    const number = numbers.get(old) ?? used.push(values[Number(old) - 1]);
    numbers.set(old, number);
    return `$${number}`;
  });
  const { rows, rowCount } = await tx.query<Row>(renumbered, used);
  return { rows, rowCount: rowCount ?? 0 };
}

/** The lock by which writers of a Datastream and `settle` take turns. */
export const turnOf = (id: string): string => `(1::bigint << 61) + ${id}::bigint`;

/** Binds values for one statement. */
export function binder(values: unknown[]): (value: string, type: string) => string {
  return (value, type) => `$${values.push(value)}::${type}`;
}

/** Releases of one dataset, property and audience share a statement. */
function alike(releases: Iterable<Release>): Release[][] {
  return [
    ...Map.groupBy(releases, (each) => [each.datasetId, each.audience, each.property].join('\n')).values(),
  ];
}

export type StoredRange = { datastreamId: string; first: string; last: string };

/** Releases what a writer has just stored in `private`, in his transaction; or notes when it is due. */
export async function releaseStored(
  tx: Tx,
  releases: ReadonlyMap<string, Release>,
  ranges: readonly StoredRange[],
  now: Date,
): Promise<void> {
  const rangeOf = new Map(ranges.map((range) => [range.datastreamId, range]));
  const due = [...releases.values()].filter(
    ({ datastreamId, state, audience }) => state === 'releasing' && audience && rangeOf.has(datastreamId),
  );
  for (const group of alike(due)) {
    const its = group.map(({ datastreamId }) => rangeOf.get(datastreamId) as StoredRange);
    const values: unknown[] = [
      its.map(({ datastreamId }) => datastreamId),
      its.map(({ first }) => first),
      its.map(({ last }) => last),
    ];
    const source = `unnest($1::bigint[], $2::bigint[], $3::bigint[]) as f (datastream_id, first_id, last_id)
      join private.observation o on o.datastream_id = f.datastream_id and o.id between f.first_id and f.last_id where true`;
    await releaseFrom(tx, group[0] as Release, source, values, now, true);
  }
}

/** Releases rows `o` of a source at once, or notes the stretches of time they are in. */
export async function releaseFrom(
  tx: Tx,
  release: Release,
  source: string,
  given: readonly unknown[],
  now: Date,
  news: boolean,
): Promise<void> {
  const { audience } = release;
  if (!audience) return;
  const values = [...given];
  const compiled = await prepare(tx, release, now, source, values);
  if (compiled.mode === 'withheld') return;
  if (compiled.mode === 'later') return noteDue(tx, release, compiled, source, given, now);
  const columns = [...releasedColumns, 'id'].join(', ');
  await run(
    tx,
    `with fresh as (insert into ${audience}.observation (${columns}) select ${columns} from (${compiled.select(source)}) x
       on conflict (datastream_id, phenomenon_start, id) do nothing
       returning datastream_id, id, phenomenon_start, phenomenon_end, result_time
     ), ${recordArrival(audience, news)} select`,
    values,
  );
}

/** What came, by Datastream: in the extent, and as news in `arrival`, which feeds follow. Of the rows `fresh`. */
export const recordArrival = (audience: Audience, news: boolean): string => `arrived as (
    select datastream_id, min(id) as first_id, max(id) as last_id, count(*)::int as readings,
      min(phenomenon_start) as phenomenon_from, max(greatest(phenomenon_start, phenomenon_end)) as phenomenon_to,
      min(result_time) as result_from, max(result_time) as result_to from fresh group by datastream_id
  ), recorded as (
    insert into ${audience}.arrival (datastream_id, first_id, last_id, readings)
    select datastream_id, first_id, last_id, readings from arrived where ${news}
  ), widened as (
    insert into ${audience}.datastream_extent as e (datastream_id, readings, phenomenon_from, phenomenon_to, result_from,
      result_to, arrived_at)
    select datastream_id, readings, phenomenon_from, phenomenon_to, result_from, result_to, now() from arrived
    on conflict (datastream_id) do update set readings = e.readings + excluded.readings, arrived_at = now(),
      phenomenon_from = least(e.phenomenon_from, excluded.phenomenon_from),
      phenomenon_to = greatest(e.phenomenon_to, excluded.phenomenon_to),
      result_from = least(e.result_from, excluded.result_from), result_to = greatest(e.result_to, excluded.result_to)
  )`;

/** Compiles, and makes the keys that it will look for: for stretches of time that are not over. */
export async function prepare(
  tx: Tx,
  release: Release,
  now: Date,
  source: string,
  values: unknown[],
): Promise<CompiledReadings> {
  const { policy, property, datasetId, zone } = release;
  const lives = new Set(policy.steps.flatMap((step) => (step.do === 'keyed-hash' ? [step.keyLives] : [])));
  for (const life of lives) {
    const given = [...values];
    const bind = binder(given);
    const [dataset, by, at] = [
      bind(datasetId, 'bigint'),
      bind(zone, 'text'),
      bind(now.toISOString(), 'timestamptz'),
    ];
    const of = (time: string) => `(date_trunc('${life}', ${time}, ${by}))`;
    await run(
      tx,
      `insert into private.release_key (dataset_id, life, begins_at, ends_at, key)
       select ${dataset}, '${life}', b, e, private.gen_random_bytes(32) from (
         select b, (b at time zone ${by} + interval '1 ${life}') at time zone ${by} as e from (
           select distinct ${of('o.phenomenon_start')} as b from ${source}) p) q
       where q.e > ${at} order by b on conflict do nothing`,
      given,
    );
  }
  return compileReadings(policy, { property, datasetId, zone }, binder(values));
}

async function noteDue(
  tx: Tx,
  { zone }: Release,
  compiled: Extract<CompiledReadings, { mode: 'later' }>,
  source: string,
  given: readonly unknown[],
  now: Date,
): Promise<void> {
  const values = [...given];
  const bind = binder(values);
  const by = bind(zone, 'text');
  const at = bind(now.toISOString(), 'timestamptz');
  const wait = bind(compiled.delay ?? 'PT0S', 'interval');
  await run(
    tx,
    `insert into private.release_due as known (datastream_id, bucket, bucket_end, due_at)
     select datastream_id, b, e, greatest(e + ${wait}, ${at}) from (
       select datastream_id, b, ${bucketEnd(compiled.bucket, 'b', by)} as e from (
         select distinct o.datastream_id, ${bucketStart(compiled.bucket, 'o.phenomenon_start', by)} as b from ${source}) s) t
     order by datastream_id, b
     on conflict (datastream_id, bucket) do update set due_at = excluded.due_at`,
    values,
  );
}

/**
 * A reading as measured was corrected or is about to go: what was released of it is taken away, and with `again` released
 * anew. `times` are those of its stretches, before and after.
 */
export async function releaseAgain(
  tx: Tx,
  release: Release,
  input: { id: string; times: readonly string[]; again: boolean },
  now: Date,
): Promise<void> {
  const { audience, datastreamId } = release;
  if (release.state !== 'releasing' || !audience) return;
  const compiled = compileReadings(
    release.policy,
    { property: release.property, datasetId: release.datasetId, zone: release.zone },
    binder([]),
  );
  if (compiled.mode === 'later') {
    const source = `unnest($2::timestamptz[]) as o_time (t) cross join lateral (select $1::bigint as datastream_id,
      o_time.t as phenomenon_start) o where true`;
    return noteDue(tx, release, compiled, source, [datastreamId, input.times], now);
  }
  if (compiled.mode === 'withheld') return;
  await tx.query(`delete from ${audience}.observation where datastream_id = $1 and id = $2`, [
    datastreamId,
    input.id,
  ]);
  if (input.again) {
    const source = 'private.observation o where o.datastream_id = $1 and o.id = $2';
    const values: unknown[] = [datastreamId, input.id];
    const columns = [...releasedColumns, 'id'].join(', ');
    const anew = await prepare(tx, release, now, source, values);
    if (anew.mode === 'at-once')
      await run(
        tx,
        `insert into ${audience}.observation (${columns}) select ${columns} from (${anew.select(source)}) x
         on conflict (datastream_id, phenomenon_start, id) do nothing`,
        values,
      );
  }
  await reckonExtents(tx, audience, [datastreamId]);
}

/** Takes away what was released of a Datastream in some of its time, in batches; returns how many rows went. */
export async function clearBatch(tx: Tx, datastreamId: string, limit: number): Promise<number> {
  let gone = 0;
  for (const audience of sides.filter((side) => side !== 'private')) {
    const { rowCount } = await tx.query(
      `with batch as (select id, phenomenon_start from ${audience}.observation where datastream_id = $1
         order by phenomenon_start, id limit $2)
       delete from ${audience}.observation o using batch b
       where o.datastream_id = $1 and o.phenomenon_start = b.phenomenon_start and o.id = b.id`,
      [datastreamId, limit],
    );
    gone += rowCount ?? 0;
  }
  return gone;
}
