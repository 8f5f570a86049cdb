import type { Ctx } from '../../kit/context.ts';
import { checkPermission, permittedSql } from '../permissions.ts';

export type StaffRoleHeld = {
  grant: string;
  role: string;
  place: string | null;
  placeName: string | null;
  office: string | null;
  officeName: string | null;
  startsAt: string;
  endsAt: string | null;
  /** The name or address of whoever lent it. */
  lentBy: string | null;
};
export type StaffMember = { personId: string; name: string; email: string; roles: StaffRoleHeld[] };
export type OpenInvitation = {
  id: string;
  email: string;
  name: string;
  role: string | null;
  placeName: string | null;
  officeName: string | null;
  invitedAt: string;
  expiresAt: string;
};

/** A grant `g` with its names, as the JSON of a StaffRoleHeld; `$1` is the moment. */
export const heldRoleJson = `json_build_object('grant', g.id::text, 'role', g.role, 'place', g.place, 'placeName', pl.name,
  'office', g.office, 'officeName', o.name, 'startsAt', g.starts_at, 'endsAt', g.ends_at,
  'lentBy', (select coalesce(lp.name, lp.email) from private.role_grant l join private.person lp on lp.id = l.person_id
             where l.id = g.delegated_from))`;
/** What a grant needs to be counted: not revoked, not over, and neither is the one that it was lent from. */
export const notEnded = `g.revoked_at is null and (g.ends_at is null or g.ends_at > $1) and not exists (
  select from private.role_grant l where l.id = g.delegated_from
    and (l.revoked_at is not null or l.ends_at <= $1))`;

/**
 * The staff whose roles the asker may see, with these roles (in force or to come) alone, and the open invitations.
 * Errors: signed-out, not-allowed.
 */
export async function listStaff(ctx: Ctx): Promise<{ staff: StaffMember[]; invitations: OpenInvitation[] }> {
  checkPermission(ctx, 'see-staff');
  const values: unknown[] = [ctx.clock.now()];
  const seen = permittedSql(ctx, 'see-staff', { place: 'g.place', office: 'g.office' }, values);
  const { rows: staff } = await ctx.app.query<StaffMember>(
    `select p.id::text as "personId", coalesce(p.name, '') as name, p.email,
       json_agg(${heldRoleJson} order by g.id) as roles
     from private.role_grant g join private.person p on p.id = g.person_id
       left join released.place pl on pl.slug = g.place left join released.office o on o.slug = g.office
     where ${notEnded} and ${seen}
     group by p.id order by coalesce(p.name, p.email), p.id`,
    values,
  );
  const { rows: invitations } = await ctx.app.query<OpenInvitation>(
    `select g.id::text, g.email, g.name, g.role, pl.name as "placeName", o.name as "officeName",
       g.created_at as "invitedAt", g.expires_at as "expiresAt"
     from private.invitation g
       left join released.place pl on pl.slug = g.place left join released.office o on o.slug = g.office
     where g.used_at is null and g.revoked_at is null and g.expires_at > $1 and ${seen}
     order by g.id desc`,
    values,
  );
  return { staff, invitations };
}
