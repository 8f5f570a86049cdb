import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission } from '../permissions.ts';
import { endOthers, recordChange } from './change.ts';
import { putPasswordAndTotp, putTotp } from './factors.ts';
import { freshSession } from './fresh-session.ts';
import { closePending, lockPending } from './pending.ts';
import { replaceRecoveryCodes } from './recovery-code.ts';
import { openSecret } from './sealed.ts';
import { stepOf } from './totp.ts';

/**
 * Puts the app of beginApp in force, shown to work by a code, and ends all other sessions. Returns new recovery codes if there were none, with a first
 * password. Errors: signed-out, not-allowed, invalid, too-late.
 */
export async function finishApp(ctx: Ctx, input: { pending: string; code: string }): Promise<string[]> {
  checkPermission(ctx, 'own-factors');
  return withTransaction(ctx.app, async (tx) => {
    const { personId, sessionId } = await freshSession(tx, ctx);
    const { totpSecret, passwordHash, ...pending } = await lockPending(tx, ctx, ['security'], input.pending);
    if (!totpSecret || pending.sessionId !== sessionId) throw new Problem('too-late', 'Begin again.');
    const now = ctx.clock.now();
    const step = stepOf(input.code, openSecret(ctx.config, totpSecret), now, undefined);
    if (step === undefined)
      throw new Problem('invalid', 'This code is not right. Type the one that the app shows now.');
    let codes: string[] = [];
    if (passwordHash) {
      await putPasswordAndTotp(tx, personId, { passwordHash, totpSecret, step, now });
      codes = await replaceRecoveryCodes(tx, personId);
    } else await putTotp(tx, personId, { totpSecret, step, now });
    await closePending(tx, input.pending);
    await endOthers(tx, { personId, sessionId });
    await recordChange(tx, ctx, personId, 'second-factor-changed', { password: passwordHash !== null });
    return codes;
  });
}
