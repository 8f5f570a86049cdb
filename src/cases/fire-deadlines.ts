import type { JsonObject } from '../kit/chain.ts';
import type { Ctx } from '../kit/context.ts';
import { type Tx, withTransaction } from '../kit/database.ts';
import { checkPermission } from '../people/index.ts';
import { audienceOf } from './deadlines.ts';
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
 * case. One that fails is logged, keeps nobody else's waiting, and is tried at the next sweep. Returns how many fired.
 */
export async function fireDeadlines(ctx: Ctx, passed: Record<string, Passed> = {}): Promise<number> {
  checkPermission(ctx, 'run-the-installation');
  const failed: string[] = [];
  let fired = 0;
  for (;;) {
    const due: { id?: string } = {};
    try {
      const went: boolean | undefined = await withTransaction(ctx.app, async (tx) => {
        // The case is locked first, as by all who set or end its deadlines.
        const { rows } = await tx.query<{ id: string; number: string }>(
          `select d.id, c.number from private.case_deadline d join private.case_record c on c.id = d.case_id
           where d.due_at <= $1 and d.fired_at is null and d.ended_at is null and c.closed_at is null
             and d.id <> all($2::bigint[])
           order by d.due_at, d.id limit 1 for update of c skip locked`,
          [ctx.clock.now(), failed],
        );
        const next = rows[0];
        if (!next) return undefined;
        due.id = next.id;
        return fireOne(tx, ctx, next, passed);
      });
      if (went === undefined) return fired;
      fired += Number(went);
    } catch (error) {
      if (!due.id) throw error;
      failed.push(due.id);
      ctx.log.error({ err: error, deadline: due.id }, 'a deadline passed and could not be recorded');
    }
  }
}

/** Records that a deadline of a locked case passed; false when it has ended meanwhile. */
async function fireOne(
  tx: Tx,
  ctx: Ctx,
  due: { id: string; number: string },
  passed: Record<string, Passed>,
): Promise<boolean> {
  const on = await lockCase(tx, due.number);
  const { rows } = await tx.query<{ kind: string; due: string; derivation: JsonObject }>(
    `update private.case_deadline set fired_at = $2 where id = $1 and fired_at is null and ended_at is null
     returning kind, due_at as due, derivation`,
    [due.id, ctx.clock.now()],
  );
  if (!rows[0]) return false;
  const deadline = { kind: rows[0].kind, dueAt: new Date(rows[0].due).toISOString() };
  await appendEvent(tx, ctx, on, {
    kind: 'deadline-passed',
    audience: audienceOf(rows[0].derivation),
    content: { deadline: deadline.kind, dueAt: deadline.dueAt },
  });
  await passed[on.kind]?.(tx, ctx, on, deadline);
  return true;
}
