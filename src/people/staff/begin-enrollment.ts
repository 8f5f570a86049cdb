import { publicUrl } from '../../kit/config.ts';
import type { Ctx } from '../../kit/context.ts';
import { type Tx, withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission } from '../permissions.ts';
import { type Invitation, lockInvitation } from '../roles/invitation.ts';
import { hasFactors } from './factors.ts';
import { makeUserHandle, newPasskeyOptions } from './passkey.ts';
import { checkPassword, hashPassword, wordsOfSite } from './password.ts';
import { type OpenedPending, openPending } from './pending.ts';
import { sealSecret } from './sealed.ts';
import { makeTotpSecret } from './totp.ts';

/**
 * The first step of somebody who was invited: chooses a password, to which an authenticator app will be added, or asks
 * for a passkey. Nothing is in force before finishEnrollment; beginning again forgets the step before.
 * Errors: too-late (the invitation), conflict (who can sign in already keeps that), invalid (the password), busy.
 */
export async function beginEnrollment(
  ctx: Ctx,
  input: { invitation: string; choice: { password: string } | 'passkey' },
): Promise<{ pending: OpenedPending; options?: Awaited<ReturnType<typeof newPasskeyOptions>> }> {
  checkPermission(ctx, 'staff-sign-in');
  const { choice } = input;
  const invitation = await withTransaction(ctx.app, (tx) => lockOwnInvitation(tx, ctx, input.invitation));
  if (choice === 'passkey') {
    const userHandle = makeUserHandle();
    const { email, name } = invitation;
    const options = await newPasskeyOptions(ctx, { email, name, userHandle, credentialIds: [] });
    const holds = { challenge: options.challenge, userHandle };
    return { pending: await begin(ctx, input.invitation, holds), options };
  }
  checkPassword(choice.password, [invitation.email, invitation.name, ...(await wordsOfSite(ctx))]);
  const passwordHash = await hashPassword(choice.password);
  const totpSecret = sealSecret(ctx.config, makeTotpSecret());
  return { pending: await begin(ctx, input.invitation, { passwordHash, totpSecret }) };
}

function begin(ctx: Ctx, secret: string, holds: Parameters<typeof openPending>[3]): Promise<OpenedPending> {
  return withTransaction(ctx.app, async (tx) => {
    const { id } = await lockOwnInvitation(tx, ctx, secret);
    await tx.query('delete from private.pending_sign_in where invitation_id = $1', [id]);
    return openPending(tx, ctx, 'enroll', { ...holds, invitationId: id });
  });
}

/** An invitation by which nobody would lose what he signs in with: that takes one without a role. */
export async function lockOwnInvitation(tx: Tx, ctx: Ctx, secret: string): Promise<Invitation> {
  const invitation = await lockInvitation(tx, ctx, secret);
  if (invitation.role !== null && (await hasFactors(tx, invitation.email))) {
    throw new Problem(
      'conflict',
      `You can sign in at ${publicUrl(ctx.config)} already. Sign in as staff and accept the invitation there.`,
    );
  }
  return invitation;
}
