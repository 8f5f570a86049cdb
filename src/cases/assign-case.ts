import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission } from '../people/index.ts';
import { appendEvent, lockCase } from './events.ts';

/**
 * Gives a case to an office of its city, to a member of staff who works there, or to nobody in particular (null).
 * Errors: signed-out, not-allowed, not-found (the case), invalid (`details.field`).
 */
export async function assignCase(
  ctx: Ctx,
  input: { number: string; office: string | null; assignee: string | null },
): Promise<void> {
  checkPermission(ctx, 'work-on-cases');
  await withTransaction(ctx.app, async (tx) => {
    const on = await lockCase(tx, input.number);
    checkPermission(ctx, 'work-on-cases', on);
    const { rows } = await tx.query<{ office: string | null; name: string | null; works: boolean }>(
      `select (select name from released.office where slug = $1 and place = $2) as office,
         (select coalesce(name, email) from private.person where id::text = $3) as name,
         exists (select from private.role_grant g where g.person_id::text = $3 and g.revoked_at is null
           and g.starts_at <= $4 and (g.ends_at is null or g.ends_at > $4)
           and (g.place is null or g.place = $2 or g.place = (select parent from released.place where slug = $2))
           and (g.office is null or g.office = $1)) as works`,
      [input.office, on.place, input.assignee, ctx.clock.now()],
    );
    const found = rows[0] as { office: string | null; name: string | null; works: boolean };
    if (input.office !== null && !found.office)
      throw new Problem('invalid', `There is no office “${input.office}” in this city.`, {
        details: { field: 'office' },
      });
    if (input.assignee !== null && !found.works)
      throw new Problem('invalid', 'This person has no role there. Choose somebody of that office.', {
        details: { field: 'assignee' },
      });
    await tx.query('update private.case_record set office = $2, assignee = $3 where id = $1', [
      on.id,
      input.office,
      input.assignee,
    ]);
    const moved = input.office !== on.office;
    // Which office has it is for the parties; which person is for the office.
    await appendEvent(tx, ctx, on, {
      kind: moved ? 'case-routed' : 'case-assigned',
      audience: moved ? 'parties' : 'office',
      content: moved ? { office: found.office } : { to: found.name },
    });
  });
}
