import { publicUrl } from '../../kit/config.ts';
import type { Ctx } from '../../kit/context.ts';
import type { Queryable } from '../../kit/database.ts';
import { type Audience, readBound } from '../../release/index.ts';
import { endOfTransaction, type Position } from './position.ts';

export type Arrival = Position & { datasetId: string; datastreamId: string; json: string };

export type Scope = { datasetId: string } | { datastreamId: string };

/** At most this many readings are held in memory at once, whatever arrives. */
export const pageSize = 2000;
const transactionsAtOnce = 50;

/** Where a reader of arrivals looks: at what anyone may see, or at these datasets of those that take a key. */
export type Source = { audience: 'released' } | { audience: 'granted'; datasets: readonly string[] };

export const anyone: Source = { audience: 'released' };

/** Asks where the source lies, as the role that may read it. */
export function ask<T>(ctx: Ctx, source: Source, query: (db: Queryable) => Promise<T>): Promise<T> {
  return source.audience === 'released' ? query(ctx.public) : readBound(ctx, source.datasets, query);
}

/** The newest position: everything up to it can be read, and nothing will ever be added before it. */
export async function currentPosition(ctx: Ctx, source: Source = anyone): Promise<Position> {
  const { rows } = await ask(ctx, source, (db) =>
    db.query<{ tx: string }>('select pg_snapshot_xmin(pg_current_snapshot())::text as tx'),
  );
  return { tx: BigInt((rows[0] as { tx: string }).tx) - 1n, id: endOfTransaction };
}

/**
 * The next readings after a position, as SensorThings JSON, in order, and the position reached. `until` bounds the
 * read; without it, the bound is the oldest transaction still open, for what is behind it is complete.
 */
export async function readArrivals(
  ctx: Ctx,
  after: Position,
  options: { scope?: Scope; until?: Position; source?: Source } = {},
): Promise<{ arrivals: Arrival[]; reached: Position }> {
  const { scope, until, source = anyone } = options;
  const schema: Audience = source.audience;
  const inScope = !scope
    ? 'true'
    : 'datasetId' in scope
      ? `a.datastream_id in (select id from ${schema}.datastream where dataset_id = $5)`
      : 'a.datastream_id = $5';
  type Row = {
    horizon: string;
    last_tx: string | null;
    more: boolean;
    tx: string | null;
    id: string;
    dataset_id: string;
    datastream_id: string;
    json: string;
  };
  const query = {
    name: `arrivals-${schema}-${!scope ? 'all' : 'datasetId' in scope ? 'dataset' : 'datastream'}`,
    text: `with horizon as (
      select least(pg_snapshot_xmin(pg_current_snapshot()), $3::xid8) as tx
    ), transactions as (
      select a.tx, min(a.first_id) as first_id, max(a.last_id) as last_id
      from ${schema}.arrival a, horizon h
      where a.tx >= $1::xid8 and a.tx < h.tx and (a.tx > $1::xid8 or a.last_id > $2) and ${inScope}
      group by a.tx order by a.tx limit ${transactionsAtOnce}
    ), readings as (
      select t.tx, o.id, d.dataset_id, o.datastream_id, o.phenomenon_start, o.phenomenon_end, o.result_time,
        o.result_number, o.result_json, o.result_quality
      from transactions t
      join ${schema}.observation o on o.id between t.first_id and t.last_id
      join ${schema}.arrival a on a.tx = t.tx and a.datastream_id = o.datastream_id and o.id between a.first_id and a.last_id
      join ${schema}.datastream d on d.id = o.datastream_id
      where (t.tx > $1::xid8 or o.id > $2) and ${inScope}
      order by t.tx, o.id limit ${pageSize}
    )
    select h.tx::text as horizon, s.last_tx::text, s.transactions = ${transactionsAtOnce} as more, r.tx::text, r.id,
      r.dataset_id, r.datastream_id, ${asJson('r', '$4')} as json
    from horizon h
    cross join (select max(tx::text::numeric) as last_tx, count(*) as transactions from transactions) s
    left join readings r on true
    order by r.tx, r.id`,
    values: [
      after.tx,
      after.id,
      // `until` may end inside a transaction; reading that one to its end is cut below.
      until ? until.tx + 1n : 18_446_744_073_709_551_615n,
      `${publicUrl(ctx.config)}/v1.1`,
      ...(scope ? ['datasetId' in scope ? scope.datasetId : scope.datastreamId] : []),
    ].map(String),
  };
  const { rows } = await ask(ctx, source, (db) => db.query<Row>(query));
  const first = rows[0];
  if (!first) return { arrivals: [], reached: after };
  const arrivals = rows
    .filter((row) => row.tx !== null)
    .map((row) => ({
      tx: BigInt(row.tx as string),
      id: BigInt(row.id),
      datasetId: row.dataset_id,
      datastreamId: row.datastream_id,
      json: row.json,
    }));
  const last = arrivals.at(-1);
  if (arrivals.length === pageSize && last) return { arrivals, reached: { tx: last.tx, id: last.id } };
  const end = first.more && first.last_tx ? BigInt(first.last_tx) : BigInt(first.horizon) - 1n;
  const reached = { tx: end, id: endOfTransaction };
  return { arrivals, reached: reached.tx < after.tx ? after : reached };
}

/** An Observation as SensorThings writes it, with its Datastream's id. */
function asJson(row: string, root: string): string {
  const time = (column: string) => `to_char(${row}.${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  return `json_strip_nulls(json_build_object(
    '@iot.id', ${row}.id,
    '@iot.selfLink', ${root} || '/Observations(' || ${row}.id || ')',
    'phenomenonTime', concat_ws('/', ${time('phenomenon_start')}, ${time('phenomenon_end')}),
    'resultTime', ${time('result_time')},
    'result', coalesce(to_jsonb(${row}.result_number), ${row}.result_json),
    'resultQuality', ${row}.result_quality,
    'Datastream', json_build_object('@iot.id', ${row}.datastream_id)))::text`;
}
