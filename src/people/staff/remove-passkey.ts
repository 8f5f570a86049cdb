import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission } from '../permissions.ts';
import { endOthers, recordChange } from './change.ts';
import { freshSession } from './fresh-session.ts';

/**
 * Removes one of one's own passkeys, and ends all other sessions. Errors: signed-out,
 * not-allowed, invalid, not-found, conflict (it is all that the person signs in with).
 */
export async function removePasskey(ctx: Ctx, input: { passkey: string }): Promise<void> {
  checkPermission(ctx, 'own-factors');
  await withTransaction(ctx.app, async (tx) => {
    const { personId, sessionId } = await freshSession(tx, ctx);
    const { rows } = await tx.query<{ id: string }>(
      'delete from private.passkey where person_id = $1 and id::text = $2 returning id::text',
      [personId, input.passkey],
    );
    if (!rows[0]) throw new Problem('not-found', 'This passkey is not yours, or is gone already.');
    const { rows: left } = await tx.query(
      `select from private.passkey where person_id = $1
       union all select from private.password join private.totp using (person_id) where person_id = $1`,
      [personId],
    );
    if (left.length === 0)
      throw new Problem(
        'conflict',
        'This is all that you sign in with. Add another passkey or a password first.',
      );
    await endOthers(tx, { personId, sessionId });
    await recordChange(tx, ctx, personId, 'passkey-removed', { passkey: rows[0].id });
  });
}
