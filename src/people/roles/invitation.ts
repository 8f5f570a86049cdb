import type { Ctx } from '../../kit/context.ts';
import type { Tx } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { hashSecret } from '../person.ts';

/**
 * An invitation lets one person in as staff, by a link sent to that person's mail address: open for a few days, until it
 * is used once or taken back. Whoever opens it sets up a password with a second factor, or a passkey, before anything
 * else; somebody who can already sign in as staff accepts it from a session of that kind. Without a role it gives no
 * new right: it lets somebody who lost what he signs in with set that up anew, and what was there before is void.
 */
export type Invitation = {
  id: string;
  email: string;
  name: string;
  language: string;
  role: string | null;
  place: string | null;
  office: string | null;
  roleEndsAt: string | null;
  invitedBy: string;
};

const columns = `id::text, email, name, language, role, place, office, role_ends_at as "roleEndsAt", invited_by as "invitedBy"`;

/** The open invitations to this mail address, locked until the transaction ends. */
export async function lockInvitationsTo(tx: Tx, ctx: Ctx, email: string): Promise<Invitation[]> {
  const { rows } = await tx.query<Invitation>(
    `select ${columns} from private.invitation
     where email = $1 and used_at is null and revoked_at is null and expires_at > $2 order by id for update`,
    [email, ctx.clock.now()],
  );
  return rows;
}

/** The open invitation of this link, locked until the transaction ends. Errors: too-late, for every other link alike. */
export async function lockInvitation(tx: Tx, ctx: Ctx, secret: string): Promise<Invitation> {
  const { rows } = await tx.query<Invitation>(
    `select ${columns} from private.invitation
     where secret_hash = $1 and used_at is null and revoked_at is null and expires_at > $2 for update`,
    [hashSecret(secret), ctx.clock.now()],
  );
  const invitation = rows[0];
  if (!invitation)
    throw new Problem(
      'too-late',
      'This invitation has been used, taken back, or has expired. Ask whoever invited you for a new one.',
    );
  return invitation;
}

/**
 * Uses up an invitation that lockInvitation gave: makes the person where there is none, names the person, and gives the
 * role. Returns the person.
 */
export async function useInvitation(tx: Tx, ctx: Ctx, invitation: Invitation): Promise<{ personId: string }> {
  const now = ctx.clock.now();
  await tx.query('update private.invitation set used_at = $2 where id = $1', [invitation.id, now]);
  const { rows } = await tx.query<{ id: string }>(
    `insert into private.person (email, name, language, created_at) values ($1, $2, $3, $4)
     on conflict (email) do update set name = coalesce(person.name, excluded.name) returning id`,
    [invitation.email, invitation.name, invitation.language, now],
  );
  const { id: personId } = rows[0] as { id: string };
  if (invitation.role) {
    await tx.query(
      `insert into private.role_grant (person_id, role, place, office, starts_at, ends_at, granted_by, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $5)`,
      [
        personId,
        invitation.role,
        invitation.place,
        invitation.office,
        now,
        invitation.roleEndsAt,
        invitation.invitedBy,
      ],
    );
  }
  return { personId };
}
