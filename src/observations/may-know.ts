import type { Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import { sides } from '../release/index.ts';
import { scopeOf, unknownTo } from './may-write.ts';
import { type Kind, model } from './sensorthings/model.ts';

/**
 * A key that is limited to datasets or Things finds nothing of another that is restricted and not listed: what is wrong with
 * its request must not tell that the entity exists. Errors: not-found.
 */
export async function checkMayKnow(ctx: Ctx, kind: Kind, id: string): Promise<void> {
  const [datasets, things] = scopeOf(ctx);
  if (!datasets && !things) return;
  const { rowCount } = await ctx.app.query(
    `select from private.dataset ds where ds.id in (${datasetOf(kind)}) and ${unknownTo('$2', '$3')}`,
    [id, datasets, things],
  );
  if (rowCount)
    throw new Problem('not-found', 'There is no such entity, or it does not belong to the one before it.');
}

/** The dataset of entity $1, as a query: none for shared vocabulary and for what is not there. */
export function datasetOf(kind: Kind): string {
  if (kind === 'historicalLocation') {
    return `select t.dataset_id from private.historical_location h join private.thing t on t.id = h.thing_id where h.id = $1`;
  }
  if (kind === 'observation') {
    return `select d.dataset_id from private.datastream d where d.id in (
      ${sides.map((side) => `select datastream_id from ${side}.observation where id = $1`).join(' union all ')})`;
  }
  return `select dataset_id from private.${model[kind].table} where id = $1`;
}
