import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { checkPermission, permissions } from '../permissions.ts';
import { checkManages } from './check-role.ts';

/**
 * Takes a role away, at once, for running sessions too, and with it what was lent from it, and the open invitations of an
 * administrator.
 * Errors: signed-out, not-allowed, not-found (also when it has ended).
 */
export async function revokeRole(ctx: Ctx, input: { grant: string }): Promise<void> {
  checkPermission(ctx, 'manage-staff');
  await withTransaction(ctx.app, async (tx) => {
    const { rows } = await tx.query<{
      id: string;
      person: string;
      role: string;
      place: string | null;
      office: string | null;
    }>(
      `update private.role_grant set revoked_at = $2
       where id::text = $1 and revoked_at is null and (ends_at is null or ends_at > $2)
       returning id::text, 'person:' || person_id as person, role, place, office`,
      [input.grant, ctx.clock.now()],
    );
    const taken = rows[0];
    if (!taken) throw new Problem('not-found', 'There is no role in force like this.');
    const { id, person, role, place, office } = taken;
    checkManages(ctx, taken, person);
    // What an administrator invited in the last days, perhaps himself under another address, does not outlive the role.
    const { rows: invitations } = await tx.query<{ id: string }>(
      `update private.invitation set revoked_at = $2
       where $3 and invited_by = $1 and used_at is null and revoked_at is null and expires_at > $2 returning id::text`,
      [person, ctx.clock.now(), role in permissions['manage-staff'].may],
    );
    const takenBack = invitations.map((invitation) => invitation.id);
    await recordAudit(tx, ctx, {
      kind: 'role-revoked',
      subject: person,
      content: {
        grant: id,
        role,
        place,
        office,
        ...(takenBack.length > 0 ? { invitations: takenBack } : {}),
      },
    });
  });
}
