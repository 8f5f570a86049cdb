import type { QueryArrayConfig, QueryArrayResult } from 'pg';
import type { Ctx } from '../kit/context.ts';
import { type Tx, withTransaction } from '../kit/database.ts';
import { queryAfter } from '../kit/query-after.ts';

/** Whether the key `k` opens the dataset `ds` at a time, as SQL: a device's and the demonstration's open nothing. */
export const opensBy = (k: string, ds: string, at: string): string =>
  `(${k}.person_id is not null and ${k}.revoked_at is null and (${k}.expires_at is null or ${k}.expires_at > ${at})
    and (${ds}.access = 'key' or ${ds}.access = 'agreement' and exists (
      select from private.dataset_grant g where g.dataset_id = ${ds}.id and g.person_id = ${k}.person_id
        and ${isInForce('g', at)})))`;

/** Whether the grant `g` is in force at a time, as SQL. */
export const isInForce = (g: string, at: string): string =>
  `(${g}.ended_at is null and ${g}.from_at <= ${at} and (${g}.until_at is null or ${g}.until_at > ${at}))`;

const binding = (ids: readonly string[]) => ({
  name: 'bind-datasets',
  text: `select set_config('charter_oak.datasets', $1, true)`,
  values: [`{${ids.join(',')}}`],
});

/** Binds datasets that a key opens for the rest of a transaction as charter_granted; its rows obey that themselves. */
export async function bindDatasets(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.query(binding(ids));
}

/**
 * The answer to one question, of what anyone may see and these datasets besides, in one round trip. `alike`: any values of
 * it want the same plan, which is then made once; planning over both schemas takes longer than a small answer.
 */
export function queryBound<Row extends unknown[]>(
  ctx: Ctx,
  ids: readonly string[],
  query: QueryArrayConfig,
  { alike = false } = {},
): Promise<QueryArrayResult<Row>> {
  const mode = alike && query.name ? 'force_generic_plan' : 'auto';
  const first = {
    name: 'bind-and-plan',
    text: `select set_config('charter_oak.datasets', $1, true), set_config('plan_cache_mode', $2, true)`,
    values: [...binding(ids).values, mode],
  };
  return queryAfter(ctx.granted, first, query);
}

/** Reads what anyone may see and these datasets besides, through the schema `visible`. */
export async function readBound<T>(
  ctx: Ctx,
  ids: readonly string[],
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return withTransaction(ctx.granted, async (tx) => {
    await bindDatasets(tx, ids);
    return work(tx);
  });
}

/** Of these keys and datasets, the pairs that still hold, as `key dataset`: for what is sent over a longer time. */
export async function stillGranted(
  ctx: Ctx,
  pairs: readonly { keyId: string; datasetId: string }[],
): Promise<Set<string>> {
  if (pairs.length === 0) return new Set();
  const { rows } = await ctx.app.query<{ pair: string }>({
    name: 'still-granted',
    text: `select k.id || ' ' || ds.id as pair
      from (select distinct * from unnest($1::bigint[], $2::bigint[]) as p (key_id, dataset_id)) p
      join private.api_key k on k.id = p.key_id join private.dataset ds on ds.id = p.dataset_id
      where ${opensBy('k', 'ds', '$3')}`,
    values: [pairs.map(({ keyId }) => keyId), pairs.map(({ datasetId }) => datasetId), ctx.clock.now()],
  });
  return new Set(rows.map(({ pair }) => pair));
}
