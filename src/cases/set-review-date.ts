import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission } from '../people/index.ts';
import { isDay } from '../rules/index.ts';
import { endDeadline, reviewDate, setDeadline } from './deadlines.ts';
import { lockForWork } from './events.ts';

/** How far ahead: a default of the software; no law sets it. */
const mostYears = 5;

/**
 * Sets the day on which staff want to look at the case again, takes it away (an empty day), or sets another. No rule gives
 * it, and the people of the case do not see it. Errors: signed-out, not-allowed, not-found, invalid (`details.field`),
 * too-late (closed).
 */
export async function setReviewDate(ctx: Ctx, input: { number: string; day: string }): Promise<void> {
  checkPermission(ctx, 'work-on-cases');
  await withTransaction(ctx.app, async (tx) => {
    const on = await lockForWork(tx, ctx, input.number);
    if (on.closedAt) throw new Problem('too-late', 'The case is closed: nothing is due in it any more.');
    if (input.day === '') return endDeadline(tx, ctx, on, reviewDate, 'called-off');
    const { day } = input;
    const { rows } = await tx.query<{ today: string; last: string; due: Date | null }>(
      `select to_char(n.today, 'YYYY-MM-DD') as today, to_char(n.today + make_interval(years => $3), 'YYYY-MM-DD') as last,
         ($4::date + 1)::timestamp at time zone n.time_zone as due
       from (select ($2::timestamptz at time zone time_zone)::date as today, time_zone from released.place where slug = $1) n`,
      [on.place, ctx.clock.now(), mostYears, isDay(day) ? day : null],
    );
    const found = rows[0];
    if (!found?.due || day < found.today || day > found.last)
      throw new Problem('invalid', `Give a day from ${found?.today} to ${found?.last}.`, {
        details: { field: 'review' },
      });
    await setDeadline(tx, ctx, on, {
      kind: reviewDate,
      dueAt: new Date(found.due),
      derivation: { internal: true, day },
    });
  });
}
