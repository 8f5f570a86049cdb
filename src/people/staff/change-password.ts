import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission } from '../permissions.ts';
import { endOthers, recordChange } from './change.ts';
import { freshSession, ownSession } from './fresh-session.ts';
import { checkPassword, hashPassword, isPassword, wordsOfSite } from './password.ts';
import { countTry } from './throttle.ts';

/**
 * Changes one's own password, and ends all other sessions and whatever sign-in has begun. Errors: signed-out,
 * not-allowed, invalid (the current one with details.reason `current`; the new one; no fresh second factor), too-many,
 * busy, conflict (changed meanwhile).
 */
export async function changePassword(ctx: Ctx, input: { current: string; password: string }): Promise<void> {
  checkPermission(ctx, 'own-factors');
  const { personId, sessionId, name } = ownSession(ctx);
  await withTransaction(ctx.app, (tx) => freshSession(tx, ctx));
  const refused = { account: personId, personId };
  await countTry(ctx, [{ limit: 'known-browser', of: [personId, 'session'] }], refused);
  const { rows } = await ctx.app.query<{ hash: string }>(
    'select hash from private.password where person_id = $1',
    [personId],
  );
  if (!(await isPassword(rows[0]?.hash, input.current, 'known')))
    throw new Problem('invalid', 'This is not your current password.', { details: { reason: 'current' } });
  checkPassword(input.password, [name, ...(await wordsOfSite(ctx))]);
  const hash = await hashPassword(input.password);
  await withTransaction(ctx.app, async (tx) => {
    await freshSession(tx, ctx);
    const { rowCount } = await tx.query(
      'update private.password set hash = $2, changed_at = $3 where person_id = $1 and hash = $4',
      [personId, hash, ctx.clock.now(), rows[0]?.hash],
    );
    if (rowCount === 0) throw new Problem('conflict', 'Your password was changed elsewhere meanwhile.');
    await endOthers(tx, { personId, sessionId });
    await recordChange(tx, ctx, personId, 'password-changed');
  });
}
