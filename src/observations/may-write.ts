import type { Ctx } from '../kit/context.ts';
import type { Queryable, Tx } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission, isPermitted } from '../people/index.ts';
import { ensureDataset } from '../release/index.ts';

/**
 * May this actor write what belongs to these datasets? null stands for shared vocabulary; `thingIds` are given when all
 * that is done is to add readings to these Things. Errors: not-allowed, or not-found (in the words given) where the
 * dataset itself must not be known to the holder of this key.
 */
export async function checkMayWrite(
  ctx: Ctx,
  tx: Queryable,
  datasetIds: readonly (string | null)[],
  what: string,
  thingIds?: readonly string[],
): Promise<void> {
  checkPermission(ctx, 'write-entities');
  if (isPermitted(ctx, 'write-entities', { datasetIds, thingIds })) {
    ctx.concerns?.(datasetIds);
    return;
  }
  const { rows } = await tx.query<{ secret: boolean }>(
    `select exists (select from private.dataset ds where ds.id = any($1::bigint[]) and ${unknownTo('$2', '$3')}) as secret`,
    [datasetIds.filter((id) => id !== null), ...scopeOf(ctx)],
  );
  if (rows[0]?.secret) throw new Problem('not-found', `There is no ${what}.`);
  throw new Problem(
    'not-allowed',
    ctx.actor.kind === 'key' && ctx.actor.things
      ? `This key adds readings to its own Things and does nothing else; ${what} is not for it to write.`
      : `This key may write its own datasets alone, and ${what} belongs to another.`,
  );
}

/** May this actor name the entity of that dataset in a link? Anything public, and what is its own. */
export async function mayRefer(ctx: Ctx, tx: Tx, datasetId: string | null): Promise<boolean> {
  const [datasets, things] = scopeOf(ctx);
  if ((!datasets && !things) || datasetId === null) return true;
  const { rowCount } = await tx.query(
    `select from private.dataset ds where ds.id = $1 and (ds.access = 'open' or ds.id = any($2::bigint[])
       or ds.id in (select t.dataset_id from private.thing t where t.id = any($3::bigint[])))`,
    [datasetId, datasets, things],
  );
  return rowCount === 1;
}

/** What the actor's key is limited to: these datasets, or these Things; both null when there is no limit. */
export function scopeOf(ctx: Ctx): [datasets: readonly string[] | null, things: readonly string[] | null] {
  return ctx.actor.kind === 'key' ? [ctx.actor.datasets, ctx.actor.things] : [null, null];
}

/** Whether the dataset `ds` must not be known to the holder of a key with this scope, as SQL. */
export function unknownTo(datasets: string, things: string): string {
  return `(ds.access <> 'open' and not ds.listed and not coalesce(ds.id = any(${datasets}::bigint[]), false)
    and not coalesce(ds.id in (select t.dataset_id from private.thing t where t.id = any(${things}::bigint[])), false))`;
}

/** Where an entity goes that inherits no dataset from another: the key's own, else the one for what nobody has sorted. */
export async function defaultDataset(ctx: Ctx, tx: Tx): Promise<string> {
  const [datasets, things] = scopeOf(ctx);
  if (things)
    throw new Problem('not-allowed', 'This key adds readings to its own Things and does nothing else.');
  if (datasets) {
    const [own, second] = datasets;
    if (own && !second) return own;
    throw new Problem(
      'invalid',
      'This key is for several datasets. Make the entity inside another one, so that it is clear whose it is.',
    );
  }
  const { id } = await ensureDataset(
    tx,
    {
      slug: 'unsorted',
      title: 'Unsorted',
      description: 'Written through SensorThings without a dataset having been named.',
      topic: 'other',
      access: 'open',
    },
    // An operator who lets anyone write has opened it to anyone.
    { opensUnowned: ctx.actor.kind === 'open-writes' },
  );
  return id;
}
