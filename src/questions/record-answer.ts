import { appendEvent, checkText, lockForWork, moveCase, writeToParty } from '../cases/index.ts';
import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission, nameOf } from '../people/index.ts';
import { isDay } from '../rules/index.ts';
import { letterMessages } from './letter-messages.ts';
import { answerWays, longest } from './question.ts';
import { readFacts } from './question-facts.ts';
import { stateAfter } from './state-after.ts';

/**
 * Records the office's answer: what it says, how it came and on which day in the city; who asked is told. A later
 * answer corrects it, and the history keeps both. Errors: signed-out, not-allowed, not-found, invalid (`details.field`),
 * too-late (closed or withdrawn).
 */
export async function recordAnswer(
  ctx: Ctx,
  input: { number: string; answer: string; how: string; day: string; publicUrl: string },
): Promise<void> {
  checkPermission(ctx, 'work-on-cases');
  const answer = checkText('answer', input.answer, longest.answer, 1);
  const how = answerWays.find((way) => way === input.how);
  if (!how) throw new Problem('invalid', 'Say how the answer came.', { details: { field: 'how' } });
  await withTransaction(ctx.app, async (tx) => {
    const on = await lockForWork(tx, ctx, input.number);
    const state = stateAfter(on, 'answer');
    const { rows } = await tx.query<{ office: string | null; from: string; to: string }>(
      `select o.name as office, ($2::timestamptz at time zone p.time_zone)::date::text as from,
         ($3::timestamptz at time zone p.time_zone)::date::text as to
       from released.place p left join released.office o on o.slug = $4 where p.slug = $1`,
      [on.place, on.openedAt, ctx.clock.now(), on.office],
    );
    const city = rows[0] as { office: string | null; from: string; to: string };
    if (!isDay(input.day) || input.day < city.from || input.day > city.to)
      throw new Problem('invalid', `Give the day on which it came, from ${city.from} to ${city.to}.`, {
        details: { field: 'day' },
      });
    const before = await readFacts(tx, on.id);
    await tx.query(
      `update private.question set answer = $2, answer_how = $3, answer_day = $4, answered_by = $5, answered_at = $6
       where case_id = $1`,
      [on.id, answer, how, input.day, nameOf(ctx.actor), ctx.clock.now()],
    );
    await moveCase(tx, ctx, on, { state });
    await appendEvent(tx, ctx, on, {
      kind: before.answer === null ? 'question-answered' : 'answer-corrected',
      audience: 'parties',
      content: { answer, how, day: input.day },
    });
    const words = letterMessages[before.language];
    const office = city.office ?? words.noOffice;
    await writeToParty(tx, ctx, on, {
      subject: words.answerSubject(on.number),
      body: words.answerText({ number: on.number, office, question: before.question, answer }),
      language: before.language,
      site: new URL(input.publicUrl).host,
    });
  });
}
