import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission, nameOf } from '../people/index.ts';
import { appendEvent, lockForWork } from './events.ts';

/** Says that a task is done. Errors: signed-out, not-allowed, not-found (also when it is done already). */
export async function finishTask(ctx: Ctx, input: { number: string; task: string }): Promise<void> {
  checkPermission(ctx, 'work-on-cases');
  await withTransaction(ctx.app, async (tx) => {
    const on = await lockForWork(tx, ctx, input.number);
    const { rows } = await tx.query<{ title: string }>(
      `update private.case_task set done_at = $3, done_by = $4
       where case_id = $1 and id::text = $2 and done_at is null returning title`,
      [on.id, input.task, ctx.clock.now(), nameOf(ctx.actor)],
    );
    if (!rows[0]) throw new Problem('not-found', 'There is no open task like this.');
    await appendEvent(tx, ctx, on, {
      kind: 'task-done',
      audience: 'office',
      content: { task: input.task, title: rows[0].title },
    });
  });
}
