import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission } from '../permissions.ts';
import { recordChange } from './change.ts';
import { freshSession } from './fresh-session.ts';
import { putPasskey, readNewPasskey } from './passkey.ts';
import { closePending, takeChallenge } from './pending.ts';

/**
 * Adds the passkey with which the browser answered to askOwnPasskey. `name`: up to 100 characters, to tell them apart.
 * Errors: signed-out, not-allowed, invalid, too-late, conflict (known already, or too many).
 */
export async function addPasskey(
  ctx: Ctx,
  input: { pending: string; passkey: string; name: string },
): Promise<void> {
  checkPermission(ctx, 'own-factors');
  const { challenge, userHandle, sessionId } = await takeChallenge(ctx, ['security'], input.pending);
  await withTransaction(ctx.app, async (tx) => {
    const own = await freshSession(tx, ctx);
    if (sessionId !== own.sessionId || !userHandle)
      throw new Problem('too-late', 'This passkey was asked for in another session. Begin again.');
    const passkey = await readNewPasskey(ctx, input.passkey, challenge);
    const name = input.name.replaceAll('\0', '').trim().slice(0, 100);
    const id = await putPasskey(tx, ctx, own.personId, { ...passkey, userHandle, name });
    await closePending(tx, input.pending);
    await recordChange(tx, ctx, own.personId, 'passkey-added', { passkey: id });
  });
}
