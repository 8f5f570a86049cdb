import type { Ctx } from '../../kit/context.ts';
import { type Tx, withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { checkPermission } from '../permissions.ts';
import { useInvitation } from '../roles/invitation.ts';
import { type OpenedSession, openSession } from '../sign-in/open-session.ts';
import { lockOwnInvitation } from './begin-enrollment.ts';
import { putPasswordAndTotp, voidFactors } from './factors.ts';
import { rememberBrowser } from './known-browser.ts';
import { type NewPasskey, putPasskey, readNewPasskey } from './passkey.ts';
import { closePending, lockPending, type Pending } from './pending.ts';
import { replaceRecoveryCodes } from './recovery-code.ts';
import { openSecret } from './sealed.ts';
import { tellPerson } from './tell-person.ts';
import { stepOf } from './totp.ts';

export type Enrolled = {
  session: OpenedSession;
  browser: { secret: string; expiresAt: Date };
  /** Shown this once; none with a passkey. */
  recoveryCodes: string[];
};

/**
 * The last step of somebody who was invited: shows by a code that the authenticator app works, or gives the new passkey.
 * All at once the invitation is used, what was chosen comes into force (and, with an invitation that resets, what was
 * there before is void), and a session opens. Errors: too-late, conflict, invalid (the code, the passkey).
 */
export async function finishEnrollment(
  ctx: Ctx,
  input: {
    invitation: string;
    pending: string;
    proof: { code: string } | { passkey: string; name: string };
    agent: string;
    browser?: string;
  },
): Promise<Enrolled> {
  checkPermission(ctx, 'staff-sign-in');
  const { proof } = input;
  return withTransaction(ctx.app, async (tx) => {
    const invitation = await lockOwnInvitation(tx, ctx, input.invitation);
    const pending = await lockPending(tx, ctx, ['enroll'], input.pending);
    if (pending.invitationId !== invitation.id)
      throw new Problem('too-late', 'Begin again from the invitation.');
    const shown = 'code' in proof ? readCode(ctx, pending, proof.code) : await readKey(ctx, pending, proof);
    const { personId } = await useInvitation(tx, ctx, invitation);
    if (invitation.role === null) await voidFactors(tx, personId);
    else await closePending(tx, input.pending);
    let recoveryCodes: string[] = [];
    if ('step' in shown) {
      await putPasswordAndTotp(tx, personId, { ...shown, now: ctx.clock.now() });
      recoveryCodes = await replaceRecoveryCodes(tx, personId);
    } else await putPasskey(tx, ctx, personId, shown);
    if (invitation.role === null) await tellPerson(tx, ctx, personId, 'reset');
    const browser = await rememberBrowser(tx, ctx, personId, input.browser);
    const method = 'step' in shown ? 'second-factor' : 'passkey';
    await recordUsed(tx, ctx, personId, invitation, method);
    const session = await openSession(tx, ctx, { personId, method, browser: input.agent });
    return { session, browser, recoveryCodes };
  });
}

/** Writes down which invitation led to what. */
export async function recordUsed(
  tx: Tx,
  ctx: Ctx,
  personId: string,
  invitation: { id: string },
  method: string,
): Promise<void> {
  await recordAudit(tx, ctx, {
    kind: 'invitation-used',
    subject: `invitation:${invitation.id}`,
    content: { by: `person:${personId}`, method },
  });
}

function readCode(ctx: Ctx, { totpSecret, passwordHash }: Pending, code: string) {
  if (!totpSecret || !passwordHash) throw new Problem('too-late', 'Begin again from the invitation.');
  const step = stepOf(code, openSecret(ctx.config, totpSecret), ctx.clock.now(), undefined);
  if (step === undefined)
    throw new Problem('invalid', 'This code is not right. Type the one that the app shows now.');
  return { totpSecret, passwordHash, step };
}

async function readKey(
  ctx: Ctx,
  { challenge, userHandle }: Pending,
  proof: { passkey: string; name: string },
): Promise<NewPasskey & { userHandle: string; name: string }> {
  if (!challenge || !userHandle) throw new Problem('too-late', 'Begin again from the invitation.');
  const name = proof.name.replaceAll('\0', '').trim().slice(0, 100);
  return { ...(await readNewPasskey(ctx, proof.passkey, challenge)), userHandle, name };
}
