import type { Ctx } from '../kit/context.ts';
import type { Pool } from '../kit/database.ts';
import { checkPermission } from '../people/index.ts';
import { opensBy } from './granted.ts';

export type GrantedDataset = { id: string; slug: string };

type Remembered = { byKey: Map<string, { datasets: GrantedDataset[]; until: number }>; forgotten: number };
// Pages are a bundle with this module in it a second time: what they change must be forgotten at the doors too.
const pin = Symbol.for('charter-oak.granted-datasets');
const pinned = globalThis as { [pin]?: WeakMap<Pool, Remembered> };
pinned[pin] ??= new WeakMap();
const memory = pinned[pin];
// Defaults of the software; no law sets them.
const rememberedMs = 5_000;
const mostKeys = 10_000;

/**
 * The datasets that a person's key opens beside what is open: those of class `key`, and those of class `agreement` that
 * the person was granted. None when the key has ended. Remembered for five seconds: a grant or class that this process
 * changes counts at once, one that another changes when they are over. Errors: not-allowed (any other asker).
 */
export async function readGranted(ctx: Ctx): Promise<GrantedDataset[]> {
  checkPermission(ctx, 'read-with-a-key');
  if (ctx.actor.kind !== 'reading-key') return [];
  const { keyId } = ctx.actor;
  const now = ctx.clock.now();
  const remembered = rememberedBy(ctx);
  const known = remembered.byKey.get(keyId);
  if (known && now.getTime() < known.until && known.until - now.getTime() <= rememberedMs)
    return known.datasets;
  const { forgotten } = remembered;
  const { rows } = await ctx.app.query<GrantedDataset>({
    name: 'granted-datasets',
    text: `select ds.id, ds.slug from private.api_key k cross join private.dataset ds
      where k.id = $1 and ${opensBy('k', 'ds', '$2')} order by ds.id`,
    values: [keyId, now],
  });
  // Unless something changed while the database was asked: perhaps for this key.
  if (remembered.forgotten === forgotten) {
    if (remembered.byKey.size >= mostKeys) remembered.byKey.clear();
    remembered.byKey.set(keyId, { datasets: rows, until: now.getTime() + rememberedMs });
  }
  return rows;
}

/** Has the next reading with any key ask the database; call it after a commit that changed what keys open. */
export function forgetGranted(ctx: Ctx): void {
  const remembered = rememberedBy(ctx);
  remembered.byKey.clear();
  remembered.forgotten++;
}

function rememberedBy(ctx: Ctx): Remembered {
  let remembered = memory.get(ctx.app);
  if (!remembered) {
    remembered = { byKey: new Map(), forgotten: 0 };
    memory.set(ctx.app, remembered);
  }
  return remembered;
}
