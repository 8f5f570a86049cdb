import { timingSafeEqual } from 'node:crypto';
import type { Actor, Ctx } from '../kit/context.ts';
import type { Pool } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { hashKey, prefixOf } from './api-key.ts';

type KeyActor = Extract<Actor, { kind: 'key' | 'reading-key' }>;
type Known = { hash: Buffer; actor: KeyActor; until: number };

// By prefix, which is unique: no more entries than keys, for only valid ones are remembered.
type Remembered = { keys: Map<string, Known>; forgotten: number };
// Pages are a bundle with this module in it a second time: a key revoked there must be forgotten at the doors too.
const pin = Symbol.for('charter-oak.checked-keys');
const pinned = globalThis as { [pin]?: WeakMap<Pool, Remembered> };
pinned[pin] ??= new WeakMap();
const memory = pinned[pin];
const rememberedMs = 5_000;

/**
 * Who holds this key. A valid key is remembered for five seconds, so that checking it costs no statement; a key revoked by
 * another process is refused when they are over. Errors: signed-out, with one message for every reason, so that a guess
 * learns nothing.
 */
export async function checkKey(ctx: Ctx, key: string): Promise<Actor> {
  const known = recallKey(ctx, key);
  if (known) return known;
  const refuse = () =>
    new Problem(
      'signed-out',
      'This API key is not valid. Send a current key as “Authorization: Bearer co_…”.',
    );
  const prefix = prefixOf(key);
  if (!prefix) throw refuse();
  const remembered = rememberedBy(ctx);
  const { forgotten } = remembered;
  const now = ctx.clock.now();
  const { rows } = await ctx.app.query<{
    id: string;
    name: string;
    secret_hash: Buffer;
    dataset_id: string | null;
    person_id: string | null;
    expires: number | null;
  }>(
    `select id, name, secret_hash, dataset_id, person_id, extract(epoch from expires_at)::float8 * 1000 as expires
     from private.api_key where prefix = $1 and revoked_at is null and (expires_at is null or expires_at > $2)`,
    [prefix, now],
  );
  const row = rows[0];
  const hash = hashKey(key);
  if (!row || !timingSafeEqual(row.secret_hash, hash)) throw refuse();
  const { id: keyId, name } = row;
  const actor: KeyActor = row.person_id
    ? { kind: 'reading-key', keyId, personId: row.person_id, name }
    : { kind: 'key', keyId, name, datasetId: row.dataset_id };
  // Unless a key was revoked while the database was asked: perhaps this one.
  if (remembered.forgotten === forgotten) {
    const until = Math.min(now.getTime() + rememberedMs, row.expires ?? Number.POSITIVE_INFINITY);
    remembered.keys.set(prefix, { hash, actor, until });
  }
  return actor;
}

/** Who holds this key, if it was checked a moment ago. */
export function recallKey(ctx: Ctx, key: string): Actor | undefined {
  const known = memory.get(ctx.app)?.keys.get(prefixOf(key) ?? '');
  if (!known || known.until <= ctx.clock.now().getTime()) return undefined;
  return timingSafeEqual(known.hash, hashKey(key)) ? known.actor : undefined;
}

/** Has the next check of the key with this prefix ask the database. */
export function forgetKey(ctx: Ctx, prefix: string): void {
  const remembered = rememberedBy(ctx);
  remembered.keys.delete(prefix);
  remembered.forgotten++;
}

function rememberedBy(ctx: Ctx): Remembered {
  let remembered = memory.get(ctx.app);
  if (!remembered) {
    remembered = { keys: new Map(), forgotten: 0 };
    memory.set(ctx.app, remembered);
  }
  return remembered;
}
