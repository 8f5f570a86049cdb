import type { Ctx } from '../../kit/context.ts';
import type { Queryable, Tx } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { signedIn } from '../person.ts';
import { freshMinutes } from '../person-defaults.ts';

/** Whether this session was begun with factors that are kept here, so that they can be shown again. */
export const isOwnSession = ({ actor }: Ctx): boolean =>
  actor.kind === 'person' && (actor.method === 'second-factor' || actor.method === 'passkey');

/** The person of such a session. Errors: signed-out, not-allowed. */
export function ownSession(ctx: Ctx): { personId: string; sessionId: string; name: string } {
  const actor = signedIn(ctx);
  if (!isOwnSession(ctx))
    throw new Problem('not-allowed', 'Sign in as staff with your second factor or a passkey for this.');
  return actor;
}

/** Since when a second factor counts as fresh. */
export const freshSince = (ctx: Ctx): Date => new Date(ctx.clock.now().getTime() - freshMinutes * 60_000);

/**
 * What every change of how somebody signs in begins with: this session has shown a second factor a short while ago, so
 * that a browser left open changes nothing. Changes of one person wait for each other. Errors: signed-out, not-allowed,
 * invalid with details.reason `old`.
 */
export async function freshSession(tx: Tx, ctx: Ctx): Promise<ReturnType<typeof ownSession>> {
  const own = ownSession(ctx);
  await tx.query('select from private.person where id = $1 for no key update', [own.personId]);
  const { rows } = await tx.query(
    'select from private.session where id = $1 and person_id = $2 and confirmed_at > $3',
    [own.sessionId, own.personId, freshSince(ctx)],
  );
  if (rows.length === 0)
    throw new Problem('invalid', 'Show your second factor once more first.', { details: { reason: 'old' } });
  return own;
}

/**
 * Whether this session may end others of the same person. A staff session has shown its factor, or was begun through the
 * provider, a short while ago; a resident's has none to show but another letter, and a machine's demonstration none at all.
 */
export async function mayEndOthers(db: Queryable | Tx, ctx: Ctx): Promise<boolean> {
  const { sessionId, method } = signedIn(ctx);
  if (method === 'link' || method === 'demonstration') return true;
  const { rows } = await db.query(
    'select from private.session where id = $1 and coalesce(confirmed_at, created_at) > $2',
    [sessionId, freshSince(ctx)],
  );
  return rows.length > 0;
}
