import type { Ctx } from '../kit/context.ts';
import { type Tx, withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission, nameOf } from '../people/index.ts';
import { appendEvent, type LockedCase, lockForWork } from './events.ts';

/** Puts something to do into a case, for an office of its city or for nobody in particular. Errors: signed-out, not-allowed, not-found, invalid. */
export async function addTask(
  ctx: Ctx,
  input: { number: string; title: string; office: string | null; dueAt: Date | null },
): Promise<{ id: string }> {
  checkPermission(ctx, 'work-on-cases');
  return withTransaction(ctx.app, async (tx) =>
    putTask(tx, ctx, await lockForWork(tx, ctx, input.number), input),
  );
}

/** The same in the caller's transaction, who has asked whether it may be done. */
export async function putTask(
  tx: Tx,
  ctx: Ctx,
  on: LockedCase,
  input: { title: string; office: string | null; dueAt: Date | null },
): Promise<{ id: string }> {
  const title = input.title.trim();
  if (title.length === 0 || title.length > 200 || title.includes('\0'))
    throw new Problem('invalid', 'Say in 1 to 200 characters what is to be done.', {
      details: { field: 'title' },
    });
  const { rows } = await tx.query<{ id: string }>(
    `insert into private.case_task (case_id, title, office, due_at, created_by, created_at)
       select $1, $2, $3, $4, $5, $6
       where $3::text is null or exists (select from released.office where slug = $3 and place = $7)
       returning id::text`,
    [on.id, title, input.office, input.dueAt, nameOf(ctx.actor), ctx.clock.now(), on.place],
  );
  const id = rows[0]?.id;
  if (!id)
    throw new Problem('invalid', 'There is no such office in this city.', { details: { field: 'office' } });
  await appendEvent(tx, ctx, on, { kind: 'task-added', audience: 'office', content: { task: id, title } });
  return { id };
}
