import type { Ctx } from '../kit/context.ts';
import { type Tx, withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission } from '../people/index.ts';
import { appendEvent, type LockedCase, lockForWork } from './events.ts';
import { workersOn } from './list-assignees.ts';

type Gift = { office: string | null; assignee: string | null };

/**
 * Gives a case to an office of its city, to a member of staff who works there, or to nobody in particular (null).
 * Errors: signed-out, not-allowed, not-found (the case), invalid (`details.field`).
 */
export async function assignCase(ctx: Ctx, input: Gift & { number: string }): Promise<void> {
  checkPermission(ctx, 'work-on-cases');
  await withTransaction(ctx.app, async (tx) => {
    const on = await lockForWork(tx, ctx, input.number);
    await giveCase(tx, ctx, on, input);
  });
}

/** The same in the caller's transaction, who has asked whether it may be done. */
export async function giveCase(tx: Tx, ctx: Ctx, on: LockedCase, to: Gift): Promise<void> {
  const { rows } = await tx.query<{ office: string | null; name: string | null; works: boolean }>(
    `select (select name from released.office where slug = $1 and place = $2) as office,
       (select coalesce(name, email) from private.person where id::text = $3) as name,
       exists (select from private.role_grant g where g.person_id::text = $3 and g.revoked_at is null
         and g.role = any($5)
         and g.starts_at <= $4 and (g.ends_at is null or g.ends_at > $4)
         and (g.place is null or g.place = $2 or g.place = (select parent from released.place where slug = $2))
         and (g.office is null or g.office = $1)) as works`,
    [to.office, on.place, to.assignee, ctx.clock.now(), workersOn(on.kind)],
  );
  const found = rows[0] as { office: string | null; name: string | null; works: boolean };
  if (to.office !== null && !found.office)
    throw new Problem('invalid', `There is no office “${to.office}” in this city.`, {
      details: { field: 'office' },
    });
  if (to.assignee !== null && !found.works)
    throw new Problem('invalid', 'This person has no role there. Choose somebody of that office.', {
      details: { field: 'assignee' },
    });
  await tx.query('update private.case_record set office = $2, assignee = $3 where id = $1', [
    on.id,
    to.office,
    to.assignee,
  ]);
  const moved = to.office !== on.office;
  // Which office has it is for the parties; which person is for the office.
  await appendEvent(tx, ctx, on, {
    kind: moved ? 'case-routed' : 'case-assigned',
    audience: moved ? 'parties' : 'office',
    content: moved ? { office: found.office } : { to: found.name },
  });
}
