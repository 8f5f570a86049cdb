import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { nameOf } from '../condition.ts';
import { checkPermission, permittedSql } from '../permissions.ts';
import { signedIn } from '../person.ts';
import { endOfDay } from './check-role.ts';

/**
 * Lends one of the asker's own roles to a colleague for an absence: from the first day through the last (YYYY-MM-DD, in
 * the zone of the role's place), and no longer than the role itself. What is lent cannot be lent on, and bars stay with
 * the person: a colleague cannot approve what he proposed himself.
 * Errors: signed-out, not-allowed (not the asker's), invalid (`details.field`), not-found (no such colleague), conflict.
 */
export async function delegateRole(
  ctx: Ctx,
  input: { grant: string; to: string; firstDay: string; lastDay: string },
): Promise<void> {
  checkPermission(ctx, 'own-roles');
  const { personId, grants } = signedIn(ctx);
  if (!grants.some(({ id }) => id === input.grant))
    throw new Problem('not-allowed', 'This role is not yours to lend.');
  const wrong = (field: string, message: string) => new Problem('invalid', message, { details: { field } });
  await withTransaction(ctx.app, async (tx) => {
    const now = ctx.clock.now();
    const { rows } = await tx.query<{
      role: string;
      place: string | null;
      office: string | null;
      ends: string | null;
      lent: boolean;
      zone: string;
    }>(
      `select g.role, g.place, g.office, g.ends_at as ends, g.delegated_from is not null as lent,
         coalesce(p.time_zone, (select time_zone from released.place where parent is null order by slug limit 1), 'UTC') as zone
       from private.role_grant g left join released.place p on p.slug = g.place
       where g.id::text = $1 and g.person_id = $2 and g.revoked_at is null for update of g`,
      [input.grant, personId],
    );
    const own = rows[0];
    if (!own) throw new Problem('not-allowed', 'This role is not yours to lend.');
    if (own.lent) throw new Problem('not-allowed', 'This role was lent to you. It cannot be lent on.');
    const lastMoment = await endOfDay(tx, input.lastDay, own.zone);
    const dayBefore = new Date(Date.parse(`${input.firstDay}T00:00:00Z`) - 86_400_000);
    const firstMoment = Number.isNaN(dayBefore.getTime())
      ? undefined
      : await endOfDay(tx, dayBefore.toISOString().slice(0, 10), own.zone);
    if (!firstMoment || !/^\d{4}-\d{2}-\d{2}$/.test(input.firstDay))
      throw wrong('firstDay', 'Write the first day as YYYY-MM-DD, such as 2027-06-28.');
    if (!lastMoment || !/^\d{4}-\d{2}-\d{2}$/.test(input.lastDay))
      throw wrong('lastDay', 'Write the last day as YYYY-MM-DD, such as 2027-07-09.');
    const startsAt = firstMoment > now ? firstMoment : now;
    const endsAt = own.ends && new Date(own.ends) < lastMoment ? new Date(own.ends) : lastMoment;
    if (endsAt <= startsAt)
      throw wrong('lastDay', 'The last day must not be before the first, nor before today.');
    const values: unknown[] = [input.to, personId, now];
    const { rowCount: colleague } = await tx.query(
      `select from private.role_grant g where person_id::text = $1 and person_id <> $2 and revoked_at is null
         and delegated_from is null and (ends_at is null or ends_at > $3)
         and ${permittedSql(ctx, 'see-colleagues', { place: 'g.place' }, values)} limit 1`,
      values,
    );
    if (!colleague) throw new Problem('not-found', 'There is no such colleague.');
    const { rows: made } = await tx.query<{ id: string }>(
      `insert into private.role_grant
         (person_id, role, place, office, starts_at, ends_at, delegated_from, granted_by, created_at)
       select $1, $2, $3, $4, $5, $6, $7, $8, $9
       where not exists (select from private.role_grant where delegated_from = $7 and person_id = $1
         and revoked_at is null and starts_at < $6 and ends_at > $5)
       returning id::text`,
      [input.to, own.role, own.place, own.office, startsAt, endsAt, input.grant, nameOf(ctx.actor), now],
    );
    const lent = made[0]?.id;
    if (!lent) throw new Problem('conflict', 'This role is lent to that colleague on these days already.');
    await recordAudit(tx, ctx, {
      kind: 'role-delegated',
      subject: `person:${input.to}`,
      content: {
        grant: lent,
        from: input.grant,
        role: own.role,
        place: own.place,
        office: own.office,
        startsAt: startsAt.toISOString(),
        endsAt: endsAt.toISOString(),
      },
    });
  });
}
