import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission } from '../permissions.ts';
import { checkManages } from './check-role.ts';
import { type InvitationLetter, sendInvitation } from './invite-person.ts';

/**
 * Sends somebody who lost what he signs in with a link to set that up anew; what he had is void once the link is used.
 * Only for whoever may manage every role that this person has. `letter` words it in the person's language.
 * Errors: signed-out, not-allowed, not-found.
 */
export async function resetSignIn(
  ctx: Ctx,
  input: { personId: string; letter(language: string): InvitationLetter },
): Promise<void> {
  checkPermission(ctx, 'manage-staff');
  await withTransaction(ctx.app, async (tx) => {
    const { rows } = await tx.query<{
      email: string;
      name: string | null;
      language: string;
      place: string | null;
      office: string | null;
      role: string;
    }>(
      `select p.email, p.name, p.language, g.place, g.office, g.role
       from private.person p join private.role_grant g on g.person_id = p.id
       where p.id::text = $1 and g.revoked_at is null and (g.ends_at is null or g.ends_at > $2)`,
      [input.personId, ctx.clock.now()],
    );
    const person = rows[0];
    if (!person) throw new Problem('not-found', 'There is no such member of staff.');
    for (const role of rows) checkManages(ctx, role, `person:${input.personId}`);
    const { email, name, language } = person;
    await sendInvitation(tx, ctx, {
      email,
      name: name ?? email,
      language,
      role: null,
      place: null,
      office: null,
      endsAt: null,
      letter: input.letter(language),
    });
  });
}
