import type { Ctx } from '../../kit/context.ts';
import { type Tx, withTransaction } from '../../kit/database.ts';
import { queueMail } from '../../kit/mail.ts';
import { Problem } from '../../kit/problem.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { nameOf } from '../condition.ts';
import { checkPermission } from '../permissions.ts';
import { emailAddress, makeSecret } from '../person.ts';
import { invitationDays } from '../person-defaults.ts';
import { checkRole, type RoleInput } from './check-role.ts';

/** Puts an invitation into words: the secret of its link, who is invited, as what and where. */
export type InvitationLetter = (
  secret: string,
  given: { name: string; role: string | null; placeName: string | null; officeName: string | null },
) => { subject: string; text: string };

/**
 * Invites somebody to be staff, by a link that `letter` puts into words. An earlier invitation of the same person to the
 * same role is void. Errors: signed-out, not-allowed, invalid (`details.field`), conflict (has the role already).
 */
export async function invitePerson(
  ctx: Ctx,
  input: RoleInput & { email: string; name: string; language: string; letter: InvitationLetter },
): Promise<{ id: string }> {
  checkPermission(ctx, 'manage-staff');
  const email = emailAddress.safeParse(input.email);
  if (!email.success)
    throw new Problem('invalid', 'This is no e-mail address. Write one such as name@example.org.', {
      details: { field: 'email' },
    });
  const name = input.name.trim();
  if (name.length === 0 || name.length > 100 || name.includes('\0'))
    throw new Problem('invalid', 'Give the name of the person, in up to 100 characters.', {
      details: { field: 'name' },
    });
  return withTransaction(ctx.app, async (tx) => {
    const { rows } = await tx.query<{ person: string }>(
      `select 'person:' || id as person from private.person where email = $1`,
      [email.data],
    );
    const { endsAt } = await checkRole(tx, ctx, input, rows[0]?.person ?? null);
    const { rowCount: has } = await tx.query(
      `select from private.role_grant g join private.person p on p.id = g.person_id
       where p.email = $1 and g.role = $2 and g.place is not distinct from $3 and g.office is not distinct from $4
         and g.revoked_at is null and (g.ends_at is null or g.ends_at > $5) and g.delegated_from is null`,
      [email.data, input.role, input.place, input.office, ctx.clock.now()],
    );
    if (has) throw new Problem('conflict', 'This person has this role already.');
    return sendInvitation(tx, ctx, { ...input, email: email.data, name, endsAt });
  });
}

/** Writes the invitation and its letter; earlier ones of the person to the same role are taken back. */
export async function sendInvitation(
  tx: Tx,
  ctx: Ctx,
  input: {
    email: string;
    name: string;
    language: string;
    role: string | null;
    place: string | null;
    office: string | null;
    endsAt: Date | null;
    letter: InvitationLetter;
  },
): Promise<{ id: string }> {
  const now = ctx.clock.now();
  const expiresAt = new Date(now.getTime() + invitationDays * 86_400_000);
  const { secret, hash } = makeSecret();
  await tx.query(
    `update private.invitation set revoked_at = $5
     where email = $1 and role is not distinct from $2 and place is not distinct from $3 and office is not distinct from $4
       and used_at is null and revoked_at is null`,
    [input.email, input.role, input.place, input.office, now],
  );
  const { rows } = await tx.query<{ id: string }>(
    `insert into private.invitation
       (secret_hash, email, name, language, role, place, office, role_ends_at, invited_by, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id::text`,
    [
      hash,
      input.email,
      input.name,
      input.language,
      input.role,
      input.place,
      input.office,
      input.endsAt,
      nameOf(ctx.actor),
      now,
      expiresAt,
    ],
  );
  const { id } = rows[0] as { id: string };
  const { rows: names } = await tx.query<{ placeName: string | null; officeName: string | null }>(
    `select (select name from released.place where slug = $1) as "placeName",
       (select name from released.office where slug = $2) as "officeName"`,
    [input.place, input.office],
  );
  const { placeName = null, officeName = null } = names[0] ?? {};
  const letter = input.letter(secret, { name: input.name, role: input.role, placeName, officeName });
  await queueMail(tx, ctx, { to: input.email, ...letter }, expiresAt);
  await recordAudit(tx, ctx, {
    kind: 'person-invited',
    subject: `invitation:${id}`,
    content: {
      email: input.email,
      role: input.role,
      place: input.place,
      office: input.office,
      roleEndsAt: input.endsAt?.toISOString() ?? null,
    },
  });
  return { id };
}
