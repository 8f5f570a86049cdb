import type { Ctx } from '../../kit/context.ts';
import { checkPermission } from '../permissions.ts';
import { signedIn } from '../person.ts';
import { freshSince, isOwnSession } from './fresh-session.ts';

export type Security = {
  email: string;
  /** Begun with factors that are kept here; else nothing can be changed in this session. */
  own: boolean;
  /** A second factor was shown a short while ago. */
  fresh: boolean;
  passwordChangedAt: string | null;
  appSince: string | null;
  recoveryCodes: number;
  passkeys: { id: string; name: string; createdAt: string; usedAt: string | null }[];
};

/** What the person who is signed in signs in with; no secrets. Errors: signed-out. */
export async function readSecurity(ctx: Ctx): Promise<Security> {
  checkPermission(ctx, 'own-factors');
  const { personId, sessionId } = signedIn(ctx);
  const { rows } = await ctx.app.query<{ security: Omit<Security, 'own'> }>(
    `select json_build_object('email', p.email,
       'fresh', exists (select from private.session s where s.id = $2 and s.person_id = p.id and s.confirmed_at > $3),
       'passwordChangedAt', (select w.changed_at from private.password w where w.person_id = p.id),
       'appSince', (select t.created_at from private.totp t where t.person_id = p.id),
       'recoveryCodes', (select count(*) from private.recovery_code r where r.person_id = p.id),
       'passkeys', (select coalesce(json_agg(json_build_object('id', k.id::text, 'name', k.name,
           'createdAt', k.created_at, 'usedAt', k.used_at) order by k.id), '[]')
         from private.passkey k where k.person_id = p.id)) as security
     from private.person p where p.id = $1`,
    [personId, sessionId, freshSince(ctx)],
  );
  return { own: isOwnSession(ctx), ...(rows[0] as { security: Omit<Security, 'own'> }).security };
}
