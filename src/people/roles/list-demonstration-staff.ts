import type { Ctx } from '../../kit/context.ts';
import type { StaffRoleHeld } from './list-staff.ts';
import { heldRoleJson, notEnded } from './list-staff.ts';
import { checkDemonstration } from './sign-in-to-demonstration.ts';

/** The invented people as whom staff pages can be tried. Errors: not-found, wherever that is not offered. */
export async function listDemonstrationStaff(
  ctx: Ctx,
): Promise<{ personId: string; name: string; roles: StaffRoleHeld[] }[]> {
  checkDemonstration(ctx.config);
  const { rows } = await ctx.app.query<{ personId: string; name: string; roles: StaffRoleHeld[] }>(
    `select p.id::text as "personId", p.name, json_agg(${heldRoleJson} order by g.id) as roles
     from private.person p join private.role_grant g on g.person_id = p.id
       left join released.place pl on pl.slug = g.place left join released.office o on o.slug = g.office
     where p.demonstration and ${notEnded}
       and exists (select from released.place where demonstration)
     group by p.id order by p.name`,
    [ctx.clock.now()],
  );
  return rows;
}
