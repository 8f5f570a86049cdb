import type { Ctx } from '../../kit/context.ts';
import type { Tx } from '../../kit/database.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { takeRecoveryCode } from './recovery-code.ts';
import { openSecret } from './sealed.ts';
import { tellPerson } from './tell-person.ts';
import { stepOf } from './totp.ts';

/**
 * Takes a code of the person's authenticator app, or else a recovery code, each once: whoever comes with the same code at
 * the same time waits here and is refused. Returns which it was, undefined for neither. A recovery code is told to the
 * person and recorded.
 */
export async function takeCode(
  tx: Tx,
  ctx: Ctx,
  personId: string,
  code: string,
): Promise<'totp' | 'recovery-code' | undefined> {
  if (/^[\d\s-]*$/.test(code)) {
    const { rows } = await tx.query<{ secret: Buffer; lastStep: string }>(
      'select secret, last_step as "lastStep" from private.totp where person_id = $1 for update',
      [personId],
    );
    const totp = rows[0];
    if (!totp) return undefined;
    const step = stepOf(code, openSecret(ctx.config, totp.secret), ctx.clock.now(), Number(totp.lastStep));
    if (step === undefined) return undefined;
    await tx.query('update private.totp set last_step = $2 where person_id = $1', [personId, step]);
    return 'totp';
  }
  if (!(await takeRecoveryCode(tx, personId, code))) return undefined;
  await tellPerson(tx, ctx, personId, 'recoveryCodeUsed');
  const { rows } = await tx.query<{ left: number }>(
    'select count(*)::int as left from private.recovery_code where person_id = $1',
    [personId],
  );
  await recordAudit(tx, ctx, {
    kind: 'recovery-code-used',
    subject: `person:${personId}`,
    content: { left: rows[0]?.left ?? 0 },
  });
  return 'recovery-code';
}
