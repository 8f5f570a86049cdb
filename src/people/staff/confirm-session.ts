import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission } from '../permissions.ts';
import { makeSecret } from '../person.ts';
import type { OpenedSession } from '../sign-in/open-session.ts';
import { ownSession } from './fresh-session.ts';
import { takePasskey } from './passkey.ts';
import { closePending, takeChallenge } from './pending.ts';
import { takeCode } from './take-code.ts';
import { countTry, recordRefused } from './throttle.ts';

/**
 * Shows a second factor once more in a running session, by a code or by a passkey that askOwnPasskey asked for; for some
 * minutes the account may then be changed. The session goes on under a new secret, for the browser's cookie.
 * Errors: signed-out, not-allowed, invalid, too-late, too-many.
 */
export async function confirmSession(
  ctx: Ctx,
  input: { code: string } | { passkey: string; pending: string },
): Promise<OpenedSession> {
  checkPermission(ctx, 'own-factors');
  const { personId, sessionId } = ownSession(ctx);
  const refused = { account: personId, personId };
  await countTry(ctx, [{ limit: 'second-factor', of: [personId, 'session'] }], refused);
  const asked = 'passkey' in input ? await takeChallenge(ctx, ['security'], input.pending) : undefined;
  if (asked && asked.sessionId !== sessionId)
    throw new Problem('too-late', 'This passkey was asked for in another session. Begin again.');
  const confirmed = await withTransaction(ctx.app, async (tx) => {
    await tx.query('select from private.person where id = $1 for no key update', [personId]);
    const shown =
      'code' in input
        ? await takeCode(tx, ctx, personId, input.code)
        : asked && (await takePasskey(tx, ctx, input.passkey, asked.challenge, personId));
    if (!shown) return undefined;
    if ('pending' in input) await closePending(tx, input.pending);
    const { secret, hash } = makeSecret();
    const { rows } = await tx.query<{ expiresAt: string }>(
      `update private.session set confirmed_at = $2, secret_hash = $3 where id = $1
       returning expires_at as "expiresAt"`,
      [sessionId, ctx.clock.now(), hash],
    );
    if (!rows[0]) throw new Problem('signed-out', 'This session has ended. Sign in again.');
    return { secret, expiresAt: new Date(rows[0].expiresAt) };
  });
  if (confirmed) return confirmed;
  await recordRefused(ctx, { ...refused, reason: asked ? 'passkey' : 'second-factor' });
  throw new Problem('invalid', 'This code or passkey was not accepted. Try again, or use another one.');
}
