import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission } from '../permissions.ts';
import { signedIn } from '../person.ts';
import { lockInvitation, useInvitation } from '../roles/invitation.ts';
import { recordUsed } from './finish-enrollment.ts';

/**
 * Somebody who can sign in as staff already, and has, takes on the role of an invitation; what he signs in with stays as
 * it is. Errors: too-late, not-allowed (another person's invitation, a session begun by a link alone), conflict (one that
 * resets).
 */
export async function acceptInvitation(ctx: Ctx, input: { invitation: string }): Promise<void> {
  checkPermission(ctx, 'own-factors');
  const { name, method } = signedIn(ctx);
  await withTransaction(ctx.app, async (tx) => {
    const invitation = await lockInvitation(tx, ctx, input.invitation);
    if (!method || method === 'link' || name !== invitation.email) {
      throw new Problem(
        'not-allowed',
        `This invitation is for ${invitation.email}. Sign in as staff with that address and open it again.`,
      );
    }
    if (invitation.role === null)
      throw new Problem('conflict', 'This invitation sets up signing in anew; it gives no role to accept.');
    const { personId } = await useInvitation(tx, ctx, invitation);
    await recordUsed(tx, ctx, personId, invitation, method);
  });
}
