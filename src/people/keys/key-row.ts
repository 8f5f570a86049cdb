import { datasetsOfKey } from './held-key.ts';

/** A key as lists show it. */
export type KeyRow = {
  id: string;
  name: string;
  kind: 'device' | 'reading' | 'demo';
  state: 'active' | 'expired' | 'revoked';
  /** Of the secrets that work, or of the last one; oldest first. */
  prefixes: string[];
  /** For devices: slugs of what may be written and ids of Things that may get readings; both null: everything. */
  datasets: string[] | null;
  things: string[] | null;
  createdAt: string;
  expiresAt: string | null;
  revokedAt: string | null;
  lastUsedAt: string | null;
};

/** Of the row `k` of private.api_key; `now` names the parameter with the time. */
export function keyRowColumns(now: string): string {
  return `k.id::text, k.name, ${keyKind} as kind, ${keyState(now)} as state,
    (select coalesce(array_agg(s.prefix order by s.id), '{}') from private.key_secret s where s.key_id = k.id
       and (s.ends_at is null or s.ends_at > ${now})) as prefixes,
    case when k.dataset_ids is not null then
      (select coalesce(array_agg(d.slug order by d.slug), '{}') from (${datasetsOfKey}) d) end as datasets,
    k.thing_ids::text[] as things, k.created_at as "createdAt", k.expires_at as "expiresAt",
    k.revoked_at as "revokedAt",
    (select max(s.last_used_at) from private.key_secret s where s.key_id = k.id) as "lastUsedAt"`;
}

export const keyKind = `case when k.shown_key is not null then 'demo' when k.person_id is not null then 'reading'
  else 'device' end`;

export function keyState(now: string): string {
  return `case when k.revoked_at is not null then 'revoked' when k.expires_at <= ${now} then 'expired'
    else 'active' end`;
}
