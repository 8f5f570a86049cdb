import type { Ctx } from '../kit/context.ts';
import type { Tx } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission, isPermitted } from '../people/index.ts';
import { ensureDataset } from '../release/index.ts';

/**
 * May this actor write what belongs to these datasets? null stands for shared vocabulary. Errors: not-allowed, or
 * not-found (in the words given) where the dataset itself must not be known to the holder of this key.
 */
export async function checkMayWrite(
  ctx: Ctx,
  tx: Tx,
  datasetIds: readonly (string | null)[],
  what: string,
): Promise<void> {
  checkPermission(ctx, 'write-entities');
  if (isPermitted(ctx, 'write-entities', { datasetIds })) return;
  const own = ownDataset(ctx);
  const others = [...new Set(datasetIds)].filter((id) => id !== own);
  const { rows } = await tx.query<{ secret: boolean }>(
    `select exists (select from private.dataset where id = any($1::bigint[]) and access <> 'open' and not listed) as secret`,
    [others.filter((id) => id !== null)],
  );
  if (rows[0]?.secret) throw new Problem('not-found', `There is no ${what}.`);
  throw new Problem(
    'not-allowed',
    `This key may write its own dataset alone, and ${what} belongs to another.`,
  );
}

/** May this actor name the entity of that dataset in a link? Anything public, and what is its own. */
export async function mayRefer(ctx: Ctx, tx: Tx, datasetId: string | null): Promise<boolean> {
  const own = ownDataset(ctx);
  if (own === null || datasetId === null || datasetId === own) return true;
  const { rowCount } = await tx.query(`select from private.dataset where id = $1 and access = 'open'`, [
    datasetId,
  ]);
  return rowCount === 1;
}

/** The dataset that the actor's key is limited to; null when there is no limit. */
function ownDataset(ctx: Ctx): string | null {
  return ctx.actor.kind === 'key' ? ctx.actor.datasetId : null;
}

/** Where an entity goes that inherits no dataset from another: the key's own, else the one for what nobody has sorted. */
export async function defaultDataset(ctx: Ctx, tx: Tx): Promise<string> {
  const own = ownDataset(ctx);
  if (own !== null) return own;
  const { id } = await ensureDataset(tx, {
    slug: 'unsorted',
    title: 'Unsorted',
    description: 'Written through SensorThings without a dataset having been named.',
    topic: 'other',
    access: 'open',
  });
  return id;
}
