import type { JsonObject } from '../kit/chain.ts';
import type { Ctx } from '../kit/context.ts';
import type { Tx } from '../kit/database.ts';
import type { Audience } from './case.ts';
import { appendEvent, type LockedCase } from './events.ts';

/** The day on which staff want to look again: theirs alone, by no rule (`derivation.internal`). */
export const reviewDate = 'review-date';

/** Whom the events of a deadline are for. */
export const audienceOf = (derivation: JsonObject): Audience => (derivation.internal ? 'office' : 'parties');

/**
 * Sets a day by which something must have happened. `derivation` says how it was counted and by which rule, and is shown.
 * One of the same kind that is open is replaced; that is an event, never a silent move.
 */
export async function setDeadline(
  tx: Tx,
  ctx: Ctx,
  on: LockedCase,
  input: { kind: string; dueAt: Date; derivation: JsonObject },
): Promise<void> {
  const replaced = await end(tx, ctx, on, input.kind, 'replaced');
  await tx.query(
    `insert into private.case_deadline (case_id, kind, due_at, derivation, set_at) values ($1, $2, $3, $4, $5)`,
    [on.id, input.kind, input.dueAt, input.derivation, ctx.clock.now()],
  );
  await keepNextDue(tx, on);
  await appendEvent(tx, ctx, on, {
    kind: replaced ? 'deadline-replaced' : 'deadline-set',
    audience: audienceOf(input.derivation),
    content: {
      deadline: input.kind,
      dueAt: input.dueAt.toISOString(),
      before: replaced?.dueAt ?? null,
      derivation: input.derivation,
    },
  });
}

/** Ends an open deadline of this kind, if there is one: what it waited for has happened, or need not any more. */
export async function endDeadline(
  tx: Tx,
  ctx: Ctx,
  on: LockedCase,
  kind: string,
  ending: 'met' | 'called-off',
): Promise<void> {
  const ended = await end(tx, ctx, on, kind, ending);
  if (!ended) return;
  await keepNextDue(tx, on);
  await appendEvent(tx, ctx, on, {
    kind: `deadline-${ending}`,
    audience: audienceOf(ended.derivation),
    content: { deadline: kind, dueAt: ended.dueAt },
  });
}

async function end(
  tx: Tx,
  ctx: Ctx,
  on: LockedCase,
  kind: string,
  ending: string,
): Promise<{ dueAt: string; derivation: JsonObject } | null> {
  const { rows } = await tx.query<{ due: string; derivation: JsonObject }>(
    `update private.case_deadline set ended_at = $3, ending = $4
     where case_id = $1 and kind = $2 and ended_at is null returning due_at as due, derivation`,
    [on.id, kind, ctx.clock.now(), ending],
  );
  return rows[0] ? { dueAt: new Date(rows[0].due).toISOString(), derivation: rows[0].derivation } : null;
}

/** What the queue sorts by: the earliest deadline that is open, whether or not it has passed. */
async function keepNextDue(tx: Tx, on: LockedCase): Promise<void> {
  await tx.query(
    `update private.case_record set due_at = case when urgent then '-infinity' else coalesce(
       (select min(due_at) from private.case_deadline where case_id = $1 and ended_at is null), 'infinity') end
     where id = $1`,
    [on.id],
  );
}
