import type { Ctx } from '../kit/context.ts';
import { checkPermission } from './permissions.ts';
import type { Session } from './person.ts';
import { signedIn } from './person.ts';

export type ReadingKey = {
  id: string;
  name: string;
  purpose: string;
  prefix: string;
  createdAt: string;
  revokedAt: string | null;
};
export type Account = {
  email: string;
  language: string;
  createdAt: string;
  /** Accounts at the identity provider. */
  identities: { issuer: string; subject: string; createdAt: string }[];
  sessions: Session[];
  keys: ReadingKey[];
};

/** All that is kept of the person who is signed in: what the account page shows and the file to take along holds. Errors: signed-out. */
export async function readAccount(ctx: Ctx): Promise<Account> {
  checkPermission(ctx, 'own-account');
  const { personId, sessionId } = signedIn(ctx);
  const { rows } = await ctx.app.query<{ account: Account }>(
    `select json_build_object('email', p.email, 'language', p.language, 'createdAt', p.created_at,
       'identities', (select coalesce(json_agg(json_build_object('issuer', i.issuer, 'subject', i.subject,
         'createdAt', i.created_at) order by i.issuer), '[]') from private.identity i where i.person_id = p.id), 'keys', (
       select coalesce(json_agg(json_build_object('id', k.id::text, 'name', k.name, 'purpose', k.purpose, 'prefix', k.prefix,
         'createdAt', k.created_at, 'revokedAt', k.revoked_at) order by k.id desc), '[]')
       from private.api_key k where k.person_id = p.id), 'sessions', (
       select coalesce(json_agg(json_build_object('id', s.id::text, 'browser', s.browser, 'method', s.method, 'createdAt', s.created_at,
         'seenAt', s.seen_at, 'current', s.id = $2) order by s.seen_at desc, s.id desc), '[]')
       from private.session s where s.person_id = p.id and s.expires_at > $3)) as account
     from private.person p where p.id = $1`,
    [personId, sessionId, ctx.clock.now()],
  );
  return (rows[0] as { account: Account }).account;
}
