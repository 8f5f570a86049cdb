import type { Ctx } from '../../kit/context.ts';
import type { Tx } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { isPermitted } from '../permissions.ts';
import { mostKeyChangesADay } from './key-defaults.ts';

/** A key by its number, or by the start of one of its secrets. */
export type WhichKey = { id: string } | { prefix: string };

export type HeldKey = {
  id: string;
  name: string;
  personId: string | null;
  demo: boolean;
  revoked: boolean;
  expired: boolean;
  /** Those it may write, and those of the Things to which it may add readings. */
  datasets: { place: string | null; office: string | null }[];
};

/** The rows of private.dataset, as d, that key k is for. */
export const datasetsOfKey = `select d.* from private.dataset d
  where d.id = any(k.dataset_ids) or d.id in (select t.dataset_id from private.thing t where t.id = any(k.thing_ids))`;

/**
 * A key, locked until the transaction ends, for whoever may keep it. Errors: not-found, also for somebody else's.
 */
export async function lockKey(tx: Tx, ctx: Ctx, which: WhichKey): Promise<HeldKey> {
  const { rows } = await tx.query<HeldKey>(
    `select k.id::text, k.name, k.person_id::text as "personId", k.shown_key is not null as demo,
       k.revoked_at is not null as revoked, coalesce(k.expires_at <= $3, false) as expired, (
         select coalesce(json_agg(json_build_object('place', d.place, 'office', d.office)), '[]')
         from (${datasetsOfKey}) d) as datasets
     from private.api_key k
     where k.id::text = $1 or k.id = (select s.key_id from private.key_secret s where s.prefix = $2)
     for update of k`,
    ['id' in which ? which.id : null, 'prefix' in which ? which.prefix : null, ctx.clock.now()],
  );
  const key = rows[0];
  if (!key || !mayKeep(ctx, key)) throw noSuchKey(which);
  return key;
}

/** A person's key is that person's; a key for everything and the demonstration's are the operator's alone. */
export function mayKeep(ctx: Ctx, key: Pick<HeldKey, 'personId' | 'datasets'>): boolean {
  if (key.personId) return isPermitted(ctx, 'keep-keys', { person: `person:${key.personId}` });
  if (key.datasets.length === 0) return isPermitted(ctx, 'manage-keys');
  return key.datasets.every((dataset) => isPermitted(ctx, 'keep-keys', dataset));
}

export function noSuchKey(which: WhichKey): Problem {
  return new Problem(
    'not-found',
    'id' in which
      ? 'You have no such key.'
      : `There is no active key that begins with co_${which.prefix.slice(0, 8)}.`,
  );
}

/** Errors: too-late, when the key has been revoked or has expired. */
export function checkAlive(key: HeldKey): void {
  if (key.revoked) throw new Problem('too-late', 'This key has been revoked. Make a new one.');
  if (key.expired) throw new Problem('too-late', 'This key has expired. Make a new one.');
}

/** Errors: too-many, when a person's key has been so changed (`key-renamed`) as often as it may be in a day. */
export async function checkSeldom(tx: Tx, ctx: Ctx, key: HeldKey, kind: string): Promise<void> {
  if (!key.personId) return;
  const { rows } = await tx.query<{ count: number }>(
    `select count(*)::int as count from private.audit_event where subject = $1 and kind = $2 and at > $3`,
    [`key:${key.id}`, kind, new Date(ctx.clock.now().getTime() - 86_400_000)],
  );
  if ((rows[0]?.count ?? 0) >= mostKeyChangesADay)
    throw new Problem('too-many', 'This key was changed many times today. Change it again tomorrow.');
}

/** Errors: invalid (`details.field`). */
export function checkText(field: 'name' | 'purpose', given: string): string {
  const text = given.trim();
  const most = { name: 100, purpose: 500 }[field];
  if (text.length === 0 || text.length > most || text.includes('\0'))
    throw new Problem('invalid', `Give a ${field} of 1 to ${most} characters.`, { details: { field } });
  return text;
}

/** The prefixes of all secrets of a key. */
export async function prefixesOf(tx: Tx, keyId: string): Promise<string[]> {
  const { rows } = await tx.query<{ prefix: string }>(
    'select prefix from private.key_secret where key_id = $1',
    [keyId],
  );
  return rows.map(({ prefix }) => prefix);
}
