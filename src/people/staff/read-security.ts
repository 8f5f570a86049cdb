import type { Ctx } from '../../kit/context.ts';
import { checkPermission } from '../permissions.ts';
import { signedIn } from '../person.ts';
import { type Factors, factorsJson } from './factors.ts';
import { freshSince, isOwnSession } from './fresh-session.ts';

export type Security = Factors & {
  email: string;
  /** Begun with factors that are kept here; else nothing can be changed in this session. */
  own: boolean;
  /** A second factor was shown a short while ago. */
  fresh: boolean;
};

/** What the person who is signed in signs in with; no secrets. Errors: signed-out. */
export async function readSecurity(ctx: Ctx): Promise<Security> {
  checkPermission(ctx, 'own-factors');
  const { personId, sessionId } = signedIn(ctx);
  const { rows } = await ctx.app.query<{ security: Omit<Security, 'own'> }>(
    `select ${factorsJson} || jsonb_build_object('email', p.email, 'fresh', exists (
       select from private.session s where s.id = $2 and s.person_id = p.id and s.confirmed_at > $3)) as security
     from private.person p where p.id = $1`,
    [personId, sessionId, freshSince(ctx)],
  );
  return { own: isOwnSession(ctx), ...(rows[0] as { security: Omit<Security, 'own'> }).security };
}
