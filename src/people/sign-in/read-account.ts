import type { Ctx } from '../../kit/context.ts';
import { keyState } from '../keys/key-row.ts';
import { checkPermission } from '../permissions.ts';
import type { Session } from '../person.ts';
import { signedIn } from '../person.ts';
import { type Factors, factorsJson } from '../staff/factors.ts';

export type ReadingKey = {
  id: string;
  name: string;
  purpose: string;
  /** Of the secrets that work. */
  prefixes: string[];
  state: 'active' | 'expired' | 'revoked';
  createdAt: string;
  expiresAt: string | null;
  revokedAt: string | null;
  lastUsedAt: string | null;
  /** The versions of terms of use that were accepted. */
  accepted: { terms: string; version: string; at: string }[];
};
export type Account = {
  email: string;
  language: string;
  createdAt: string;
  /** Accounts at the identity provider. */
  identities: { issuer: string; subject: string; createdAt: string }[];
  /** What staff sign in with. */
  factors: Factors;
  sessions: Session[];
  keys: ReadingKey[];
  /** Datasets that were granted; the person's own keys open them. */
  grants: {
    id: string;
    slug: string;
    title: string;
    /** Its catalog entry is public. */
    listed: boolean;
    from: string;
    until: string | null;
    reason: string;
    endedAt: string | null;
  }[];
};

/**
 * All that is kept of the person who is signed in: what the account page shows and the file to take along holds. What each
 * key was used for stands on its own page (read-key.ts). Errors: signed-out.
 */
export async function readAccount(ctx: Ctx): Promise<Account> {
  checkPermission(ctx, 'own-account');
  const { personId, sessionId } = signedIn(ctx);
  const { rows } = await ctx.app.query<{ account: Account }>(
    `select json_build_object('email', p.email, 'language', p.language, 'createdAt', p.created_at,
       'factors', ${factorsJson}, 'identities', (select coalesce(json_agg(json_build_object('issuer', i.issuer, 'subject', i.subject,
         'createdAt', i.created_at) order by i.issuer), '[]') from private.identity i where i.person_id = p.id), 'keys', (
       select coalesce(json_agg(json_build_object('id', k.id::text, 'name', k.name, 'purpose', k.purpose, 'createdAt', k.created_at,
         'expiresAt', k.expires_at, 'revokedAt', k.revoked_at, 'state', ${keyState('$3')}, 'prefixes', (
           select coalesce(json_agg(s.prefix order by s.id), '[]') from private.key_secret s
           where s.key_id = k.id and (s.ends_at is null or s.ends_at > $3)), 'lastUsedAt', (
           select max(s.last_used_at) from private.key_secret s where s.key_id = k.id), 'accepted', (
           select coalesce(json_agg(json_build_object('terms', t.id::text, 'version', t.version, 'at', a.accepted_at)
             order by t.id), '[]')
           from private.key_terms a join private.terms t on t.id = a.terms_id where a.key_id = k.id)
         ) order by k.id desc), '[]')
       from private.api_key k where k.person_id = p.id), 'grants', (
       select coalesce(json_agg(json_build_object('id', g.id::text, 'slug', ds.slug, 'title', ds.title,
         'listed', ds.listed or ds.access = 'open', 'from', g.from_at, 'until', g.until_at, 'reason', g.reason,
         'endedAt', g.ended_at) order by g.ended_at desc nulls first, g.id desc), '[]')
       from private.dataset_grant g join private.dataset ds on ds.id = g.dataset_id where g.person_id = p.id), 'sessions', (
       select coalesce(json_agg(json_build_object('id', s.id::text, 'browser', s.browser, 'method', s.method, 'createdAt', s.created_at,
         'seenAt', s.seen_at, 'current', s.id = $2) order by s.seen_at desc, s.id desc), '[]')
       from private.session s where s.person_id = p.id and s.expires_at > $3)) as account
     from private.person p where p.id = $1`,
    [personId, sessionId, ctx.clock.now()],
  );
  return (rows[0] as { account: Account }).account;
}
