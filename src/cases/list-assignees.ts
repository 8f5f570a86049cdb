import type { Ctx } from '../kit/context.ts';
import { asksNoOtherKind, checkPermission, permissions } from '../people/index.ts';

export type Assignees = {
  offices: { slug: string; name: string }[];
  people: { personId: string; name: string; office: string | null }[];
};

/** The roles whose holders a case of this kind can be given to. */
export const workersOn = (kind: string): string[] =>
  Object.entries(permissions['work-on-cases'].may)
    .filter(([, condition]) => asksNoOtherKind(condition, kind))
    .map(([role]) => role);

/** To whom a case of this kind and of this office of a city (null: of none) can be given. Errors: signed-out, not-allowed. */
export async function listAssignees(
  ctx: Ctx,
  input: { kind: string; place: string; office: string | null },
): Promise<Assignees> {
  checkPermission(ctx, 'work-on-cases');
  checkPermission(ctx, 'work-on-cases', input);
  const { rows } = await ctx.app.query<Assignees>(
    `select
       (select coalesce(json_agg(json_build_object('slug', slug, 'name', name) order by name), '[]')
        from released.office where place = $1) as offices,
       (select coalesce(json_agg(json_build_object('personId', id::text, 'name', name, 'office', office) order by name), '[]')
        from (select distinct p.id, coalesce(p.name, p.email) as name, g.office
              from private.role_grant g join private.person p on p.id = g.person_id
              where g.place = $1 and g.role = any($3) and g.revoked_at is null and g.starts_at <= $2
                and (g.ends_at is null or g.ends_at > $2)) w) as people`,
    [input.place, ctx.clock.now(), workersOn(input.kind)],
  );
  return rows[0] as Assignees;
}
