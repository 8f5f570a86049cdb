import type { Ctx } from '../../kit/context.ts';
import { checkPermission, permittedSql } from '../permissions.ts';
import { signedIn } from '../person.ts';

/** Other staff of the asker's places, to whom a role can be lent. Errors: signed-out, not-allowed. */
export async function listColleagues(ctx: Ctx): Promise<{ personId: string; name: string }[]> {
  checkPermission(ctx, 'see-colleagues');
  const values: unknown[] = [ctx.clock.now(), signedIn(ctx).personId];
  const seen = permittedSql(ctx, 'see-colleagues', { place: 'g.place' }, values);
  const { rows } = await ctx.app.query<{ personId: string; name: string }>(
    `select p.id::text as "personId", coalesce(p.name, p.email) as name from private.person p
     where p.id <> $2 and exists (
       select from private.role_grant g where g.person_id = p.id and g.delegated_from is null
         and g.revoked_at is null and (g.ends_at is null or g.ends_at > $1) and ${seen})
     order by 2, 1`,
    values,
  );
  return rows;
}
