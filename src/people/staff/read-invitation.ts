import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { checkPermission } from '../permissions.ts';
import { type Invitation, lockInvitation } from '../roles/invitation.ts';
import { hasFactors } from './factors.ts';

export type ShownInvitation = Omit<Invitation, 'id'> & {
  placeName: string | null;
  officeName: string | null;
  /** Who invited, by name; null: the operator of the installation. */
  inviter: string | null;
  /**
   * `enroll`: set up how to sign in. `accept`: somebody who can sign in already, and has. `sign-in`: the same, but has
   * not, or as somebody else.
   */
  next: 'enroll' | 'accept' | 'sign-in';
};

/** What an open invitation says to whoever has its link. Changes nothing. Errors: too-late. */
export async function readInvitation(ctx: Ctx, input: { invitation: string }): Promise<ShownInvitation> {
  checkPermission(ctx, 'staff-sign-in');
  return withTransaction(ctx.app, async (tx) => {
    const { id: _, ...invitation } = await lockInvitation(tx, ctx, input.invitation);
    const { rows } = await tx.query<Pick<ShownInvitation, 'placeName' | 'officeName' | 'inviter'>>(
      `select (select name from released.place where slug = $1) as "placeName",
         (select name from released.office where slug = $2) as "officeName",
         (select coalesce(name, email) from private.person where 'person:' || id = $3) as inviter`,
      [invitation.place, invitation.office, invitation.invitedBy],
    );
    const settled = invitation.role !== null && (await hasFactors(tx, invitation.email));
    const own = isStrong(ctx) && ctx.actor.kind === 'person' && ctx.actor.name === invitation.email;
    return {
      ...invitation,
      ...(rows[0] as Pick<ShownInvitation, 'placeName' | 'officeName' | 'inviter'>),
      next: !settled ? 'enroll' : own ? 'accept' : 'sign-in',
    };
  });
}

const isStrong = ({ actor }: Ctx): boolean =>
  actor.kind === 'person' && actor.method !== undefined && actor.method !== 'link';
