import { timingSafeEqual } from 'node:crypto';
import type { Actor, Ctx } from '../../kit/context.ts';
import type { Pool } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { hashKey, prefixOf } from './api-key.ts';

export type KeyActor = Extract<Actor, { kind: 'key' | 'reading-key' | 'demo-key' }>;
type Known = { hash: Buffer; actor: KeyActor; until: number };

// By prefix, which is unique: no more entries than secrets, for only valid ones are remembered.
type Remembered = { keys: Map<string, Known>; forgotten: number; active?: Active };
/** Hashes of all active secrets, as the database had them at `at`. */
type Active = { at: number; hashes: Promise<Set<string>> };
// Pages are a bundle with this module in it a second time: a key revoked there must be forgotten at the doors too.
const pin = Symbol.for('charter-oak.checked-keys');
const pinned = globalThis as { [pin]?: WeakMap<Pool, Remembered> };
pinned[pin] ??= new WeakMap();
const memory = pinned[pin];
const rememberedMs = 5_000;
const listedMs = 10_000;

/**
 * Who holds this key. A valid secret is remembered for five seconds and never beyond its end, so that checking it costs
 * no statement; one that another process has ended is refused when they are over. Errors: signed-out, with one message
 * for every reason, so that a guess learns nothing.
 */
export async function checkKey(ctx: Ctx, key: string): Promise<KeyActor> {
  const known = recallKey(ctx, key);
  if (known) return known;
  const prefix = prefixOf(key);
  const refuse = () => {
    ctx.log.info({ prefix }, 'API key refused');
    return new Problem(
      'signed-out',
      'This API key is not valid. Send a current key as “Authorization: Bearer co_…”.',
    );
  };
  if (!prefix) throw refuse();
  const remembered = rememberedBy(ctx);
  const { forgotten } = remembered;
  const now = ctx.clock.now();
  const { rows } = await ctx.app.query<KeyRow>(
    `select k.id, k.name, s.hash, k.dataset_ids::text[] as datasets, k.thing_ids::text[] as things,
       k.person_id as "personId", k.shown_key is not null as demo,
       extract(epoch from least(k.expires_at, s.ends_at))::float8 * 1000 as ends
     from private.key_secret s join private.api_key k on k.id = s.key_id
     where s.prefix = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > $2)
       and (s.ends_at is null or s.ends_at > $2)`,
    [prefix, now],
  );
  const row = rows[0];
  const hash = hashKey(key);
  if (!row || !timingSafeEqual(row.hash, hash)) throw refuse();
  const actor = actorOf(row);
  // Unless a key was revoked while the database was asked: perhaps this one.
  if (remembered.forgotten === forgotten) {
    const until = Math.min(now.getTime() + rememberedMs, row.ends ?? Number.POSITIVE_INFINITY);
    remembered.keys.set(prefix, { hash, actor, until });
  }
  return actor;
}

type KeyRow = {
  id: string;
  name: string;
  hash: Buffer;
  datasets: string[] | null;
  things: string[] | null;
  personId: string | null;
  demo: boolean;
  ends: number | null;
};

function actorOf({ id: keyId, name, datasets, things, personId, demo }: KeyRow): KeyActor {
  if (demo) return { kind: 'demo-key', keyId, name };
  if (personId) return { kind: 'reading-key', keyId, personId, name };
  return { kind: 'key', keyId, name, datasets, things };
}

/** Who holds this key, if it was checked a moment ago. */
export function recallKey(ctx: Ctx, key: string): KeyActor | undefined {
  const known = memory.get(ctx.app)?.keys.get(prefixOf(key) ?? '');
  if (!known || known.until <= ctx.clock.now().getTime()) return undefined;
  return timingSafeEqual(known.hash, hashKey(key)) ? known.actor : undefined;
}

/**
 * Whether this key was active some seconds ago: for whoever shares an address with somebody who guesses. The list is read
 * once in ten seconds at most, so that guessing costs no statement of its own; what is on it is still to be checked.
 */
export async function isListed(ctx: Ctx, key: string): Promise<boolean> {
  const remembered = rememberedBy(ctx);
  const at = ctx.clock.now().getTime();
  if (!remembered.active || Math.abs(at - remembered.active.at) >= listedMs)
    remembered.active = { at, hashes: listActive(ctx) };
  return (await remembered.active.hashes).has(hashKey(key).toString('base64url'));
}

async function listActive(ctx: Ctx): Promise<Set<string>> {
  const { rows } = await ctx.app.query<{ hash: Buffer }>(
    `select s.hash from private.key_secret s join private.api_key k on k.id = s.key_id
     where k.revoked_at is null and (k.expires_at is null or k.expires_at > $1)
       and (s.ends_at is null or s.ends_at > $1)`,
    [ctx.clock.now()],
  );
  return new Set(rows.map(({ hash }) => hash.toString('base64url')));
}

/** Has the next check of the secrets with these prefixes ask the database. */
export function forgetSecrets(ctx: Ctx, prefixes: readonly string[]): void {
  const remembered = rememberedBy(ctx);
  for (const prefix of prefixes) remembered.keys.delete(prefix);
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
