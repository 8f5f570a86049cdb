import type { Ctx } from '../kit/context.ts';
import { type Tx, withTransaction } from '../kit/database.ts';
import { checkPermission } from '../people/index.ts';
import { appendEvent, type LockedCase, lockCase } from './events.ts';

/** What a feature does when a deadline of one of its cases passes, in the transaction that records it. */
export type Passed = (
  tx: Tx,
  ctx: Ctx,
  on: LockedCase,
  deadline: { kind: string; dueAt: string },
) => Promise<void>;

/**
 * Fires every deadline that has passed and has not fired, however long ago: a sweep that was missed is made up for.
 * Each in a transaction of its own; several processes share the work. `passed` is the feature's part, by the kind of
 * case. Returns how many fired.
 */
export async function fireDeadlines(ctx: Ctx, passed: Record<string, Passed> = {}): Promise<number> {
  checkPermission(ctx, 'run-the-installation');
  let fired = 0;
  for (;;) {
    const went = await withTransaction(ctx.app, async (tx) => {
      const { rows } = await tx.query<{ id: string; kind: string; due: string; number: string }>(
        `select d.id, d.kind, d.due_at as due, c.number
         from private.case_deadline d join private.case_record c on c.id = d.case_id
         where d.due_at <= $1 and d.fired_at is null and d.ended_at is null and c.closed_at is null
         order by d.due_at, d.id limit 1 for update of d skip locked`,
        [ctx.clock.now()],
      );
      const due = rows[0];
      if (!due) return false;
      const on = await lockCase(tx, due.number);
      await tx.query('update private.case_deadline set fired_at = $2 where id = $1', [
        due.id,
        ctx.clock.now(),
      ]);
      const deadline = { kind: due.kind, dueAt: new Date(due.due).toISOString() };
      await appendEvent(tx, ctx, on, {
        kind: 'deadline-passed',
        audience: 'parties',
        content: { deadline: deadline.kind, dueAt: deadline.dueAt },
      });
      await passed[on.kind]?.(tx, ctx, on, deadline);
      return true;
    });
    if (!went) return fired;
    fired += 1;
  }
}
