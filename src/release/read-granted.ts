import type { Ctx } from '../kit/context.ts';
import { checkPermission } from '../people/index.ts';
import { opensBy } from './granted.ts';

export type GrantedDataset = { id: string; slug: string };

/**
 * The datasets that a person's key opens beside what is open: those of class `key`, and those of class `agreement` that
 * the person was granted. None when the key has ended. Errors: not-allowed (any other asker).
 */
export async function readGranted(ctx: Ctx): Promise<GrantedDataset[]> {
  checkPermission(ctx, 'read-with-a-key');
  if (ctx.actor.kind !== 'reading-key') return [];
  const { rows } = await ctx.app.query<GrantedDataset>({
    name: 'granted-datasets',
    text: `select ds.id, ds.slug from private.api_key k cross join private.dataset ds
      where k.id = $1 and ${opensBy('k', 'ds', '$2')} order by ds.id`,
    values: [ctx.actor.keyId, ctx.clock.now()],
  });
  return rows;
}
