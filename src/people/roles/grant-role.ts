import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { nameOf } from '../condition.ts';
import { checkPermission, permittedSql } from '../permissions.ts';
import { checkRole, type RoleInput } from './check-role.ts';

/**
 * Gives a member of staff one more role, at once, for running sessions too.
 * Errors: signed-out, not-allowed, invalid (`details.field`), not-found (no staff within reach), conflict (has it already).
 */
export async function grantRole(ctx: Ctx, input: RoleInput & { personId: string }): Promise<{ id: string }> {
  checkPermission(ctx, 'manage-staff');
  return withTransaction(ctx.app, async (tx) => {
    const { endsAt } = await checkRole(tx, ctx, input, `person:${input.personId}`);
    const now = ctx.clock.now();
    // Who has had no role within the asker's reach is not told from who is not there: numbers could be tried for names.
    const values: unknown[] = [input.personId];
    const seen = permittedSql(ctx, 'see-staff', { place: 'g.place', office: 'g.office' }, values);
    // Two who give at once wait for each other here.
    const { rowCount: staff } = await tx.query(
      `select from private.person p where id::text = $1
         and exists (select from private.role_grant g where g.person_id = p.id and ${seen}) for update`,
      values,
    );
    if (!staff) throw new Problem('not-found', 'There is no such member of staff. Invite the person first.');
    const { rows } = await tx.query<{ id: string }>(
      `insert into private.role_grant (person_id, role, place, office, starts_at, ends_at, granted_by, created_at)
       select $1, $2, $3, $4, $5, $6, $7, $5
       where not exists (select from private.role_grant where person_id = $1 and role = $2
         and place is not distinct from $3 and office is not distinct from $4 and revoked_at is null
         and (ends_at is null or ends_at > $5) and delegated_from is null)
       returning id::text`,
      [input.personId, input.role, input.place, input.office, now, endsAt, nameOf(ctx.actor)],
    );
    const id = rows[0]?.id;
    if (!id) throw new Problem('conflict', 'This person has this role already.');
    await recordAudit(tx, ctx, {
      kind: 'role-granted',
      subject: `person:${input.personId}`,
      content: {
        grant: id,
        role: input.role,
        place: input.place,
        office: input.office,
        endsAt: endsAt?.toISOString() ?? null,
      },
    });
    return { id };
  });
}
