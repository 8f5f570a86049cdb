import type { Ctx } from '../../kit/context.ts';
import { checkPermission } from '../permissions.ts';
import { signedIn } from '../person.ts';
import { heldRoleJson, notEnded, type StaffRoleHeld } from './list-staff.ts';

export type OwnRoles = {
  /** Has roles; but in a session begun with a mailed link none is in force. */
  held: StaffRoleHeld[];
  lentOut: { grant: string; role: string; to: string; startsAt: string; endsAt: string }[];
};

/** The asker's roles, in force or to come, and those lent to colleagues. Errors: signed-out. */
export async function readOwnRoles(ctx: Ctx): Promise<OwnRoles> {
  checkPermission(ctx, 'own-roles');
  const { rows } = await ctx.app.query<OwnRoles>(
    `select
       (select coalesce(json_agg(${heldRoleJson} order by g.id), '[]') from private.role_grant g
          left join released.place pl on pl.slug = g.place left join released.office o on o.slug = g.office
        where g.person_id = $2 and ${notEnded}) as held,
       (select coalesce(json_agg(json_build_object('grant', g.id::text, 'role', g.role,
            'to', coalesce(p.name, p.email), 'startsAt', g.starts_at, 'endsAt', g.ends_at) order by g.id), '[]')
        from private.role_grant own join private.role_grant g on g.delegated_from = own.id
          join private.person p on p.id = g.person_id
        where own.person_id = $2 and ${notEnded}) as "lentOut"`,
    [ctx.clock.now(), signedIn(ctx).personId],
  );
  return rows[0] as OwnRoles;
}
