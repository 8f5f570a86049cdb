import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission } from '../permissions.ts';
import { freshSession, ownSession } from './fresh-session.ts';
import { makeUserHandle, newPasskeyOptions, passkeyOptions, passkeysOf } from './passkey.ts';
import { type OpenedPending, openPending } from './pending.ts';

/**
 * Asks the browser of whoever is signed in for one of his passkeys (`confirm`) or for a new one (`add`).
 * Errors: signed-out, not-allowed, not-found (he has none), invalid (a new one needs a fresh second factor).
 */
export async function askOwnPasskey(
  ctx: Ctx,
  input: { purpose: 'confirm' | 'add' },
): Promise<{ options: { challenge: string }; pending: OpenedPending }> {
  checkPermission(ctx, 'own-factors');
  const { personId, sessionId, name: email } = ownSession(ctx);
  return withTransaction(ctx.app, async (tx) => {
    if (input.purpose === 'add') await freshSession(tx, ctx);
    await tx.query('delete from private.pending_sign_in where session_id = $1', [sessionId]);
    const own = await passkeysOf(tx, personId);
    if (input.purpose === 'confirm') {
      if (own.length === 0) throw new Problem('not-found', 'There is no passkey here. Use a code.');
      const options = await passkeyOptions(ctx, own);
      const holds = { sessionId, challenge: options.challenge };
      return { options, pending: await openPending(tx, ctx, 'security', holds) };
    }
    const userHandle = own[0]?.userHandle ?? makeUserHandle();
    const credentialIds = own.map(({ id }) => id);
    const options = await newPasskeyOptions(ctx, { email, name: email, userHandle, credentialIds });
    const holds = { sessionId, userHandle, challenge: options.challenge };
    return { options, pending: await openPending(tx, ctx, 'security', holds) };
  });
}
