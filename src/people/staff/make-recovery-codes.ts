import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission } from '../permissions.ts';
import { recordChange } from './change.ts';
import { freshSession } from './fresh-session.ts';
import { replaceRecoveryCodes } from './recovery-code.ts';

/** Makes new recovery codes in place of those that are left. Errors: signed-out, not-allowed, invalid, conflict (no app). */
export async function makeRecoveryCodes(ctx: Ctx): Promise<string[]> {
  checkPermission(ctx, 'own-factors');
  return withTransaction(ctx.app, async (tx) => {
    const { personId } = await freshSession(tx, ctx);
    const { rows } = await tx.query('select from private.totp where person_id = $1', [personId]);
    if (rows.length === 0)
      throw new Problem('conflict', 'Recovery codes stand in for an authenticator app, and you have none.');
    const codes = await replaceRecoveryCodes(tx, personId);
    await recordChange(tx, ctx, personId, 'recovery-codes-made');
    return codes;
  });
}
