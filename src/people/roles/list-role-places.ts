import type { Ctx } from '../../kit/context.ts';
import { checkPermission, permittedSql } from '../permissions.ts';

/** Where a role may be given: a place with all its offices, or one office; `place` null is the whole installation. */
export type RolePlace = {
  place: string | null;
  placeName: string | null;
  office: string | null;
  officeName: string | null;
};

/**
 * The places and offices for which the asker may give roles, by name; a neighborhood is governed with its city.
 * Errors: signed-out, not-allowed.
 */
export async function listRolePlaces(ctx: Ctx): Promise<RolePlace[]> {
  checkPermission(ctx, 'manage-staff');
  const values: unknown[] = [];
  const columns = { place: 'w.place', office: 'w.office', person: 'null::text' };
  const { rows } = await ctx.app.query<RolePlace>(
    `select place, "placeName", office, "officeName" from (
       select null as place, null as "placeName", null as office, null as "officeName"
       union all select slug, name, null, null from released.place where kind <> 'neighborhood'
       union all select p.slug, p.name, o.slug, o.name from released.office o join released.place p on p.slug = o.place
     ) w where ${permittedSql(ctx, 'manage-staff', columns, values)}
     order by "placeName" nulls first, place, "officeName" nulls first, office`,
    values,
  );
  return rows;
}
