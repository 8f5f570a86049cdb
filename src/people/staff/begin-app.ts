import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission } from '../permissions.ts';
import { freshSession, ownSession } from './fresh-session.ts';
import { checkPassword, hashPassword, wordsOfSite } from './password.ts';
import { type OpenedPending, openPending } from './pending.ts';
import { sealSecret } from './sealed.ts';
import { makeTotpSecret } from './totp.ts';

/**
 * Begins to replace one's authenticator app; or, for somebody who has passkeys alone, to add a password with one. The app
 * before stays in force until finishApp. Errors: signed-out, not-allowed, invalid, busy, conflict (a password is there
 * already, or is needed).
 */
export async function beginApp(ctx: Ctx, input: { password?: string }): Promise<OpenedPending> {
  checkPermission(ctx, 'own-factors');
  const { sessionId, name } = ownSession(ctx);
  await withTransaction(ctx.app, (tx) => freshSession(tx, ctx));
  let passwordHash: string | null = null;
  if (input.password !== undefined) {
    checkPassword(input.password, [name, ...(await wordsOfSite(ctx))]);
    passwordHash = await hashPassword(input.password);
  }
  return withTransaction(ctx.app, async (tx) => {
    const { personId } = await freshSession(tx, ctx);
    const { rows } = await tx.query('select from private.password where person_id = $1', [personId]);
    if (rows.length > 0 !== (passwordHash === null))
      throw new Problem('conflict', 'Load the page again: whether you have a password has changed.');
    await tx.query('delete from private.pending_sign_in where session_id = $1', [sessionId]);
    const totpSecret = sealSecret(ctx.config, makeTotpSecret());
    return openPending(tx, ctx, 'security', { sessionId, passwordHash, totpSecret });
  });
}
