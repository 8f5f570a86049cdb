import { appendEvent, checkText, lockForWork, moveCase, writeToParty, wrong } from '../cases/index.ts';
import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission, nameOf } from '../people/index.ts';
import { afterAnswer, isEnd, longest, outcomes, reportKind } from './report.ts';
import { readFacts } from './report-facts.ts';
import { reportLetterMessages } from './report-letter-messages.ts';
import { reportMessages } from './report-messages.ts';

/**
 * Answers whoever reported, who reads it word for word, and says what became of it: fixed (with the version of the dataset
 * that says so, if there is one), no fault, or that it needs time. Fixed and no fault close the case. Errors: signed-out,
 * not-allowed, not-found, invalid (`details.field`), too-late (closed).
 */
export async function answerReport(
  ctx: Ctx,
  input: { number: string; outcome: string; reply: string; version: string; publicUrl: string },
): Promise<void> {
  checkPermission(ctx, 'work-on-cases');
  const outcome = outcomes.find((each) => each === input.outcome);
  if (!outcome) throw wrong('outcome', 'Say what became of it.');
  const reply = checkText('reply', input.reply, longest.reply, 1);
  await withTransaction(ctx.app, async (tx) => {
    const on = await lockForWork(tx, ctx, input.number);
    if (on.kind !== reportKind) throw new Problem('not-found', `There is no report ${on.number}.`);
    const state = afterAnswer(on.state, outcome);
    if (!state) throw new Problem('too-late', `This report is ${on.state}; nothing more can be answered.`);
    const { dataset, language } = await readFacts(tx, on.id);
    const version = outcome === 'fixed' && input.version !== '' ? input.version : null;
    if (version !== null) {
      const { rowCount } = await tx.query(
        `select from private.dataset_version v join private.dataset ds on ds.id = v.dataset_id
         where ds.slug = $1 and v.number::text = $2`,
        [dataset, version],
      );
      if (rowCount === 0) throw wrong('version', 'Choose a version of the dataset.');
    }
    await tx.query(
      `update private.report set reply = $2, fixed_in = $3, replied_by = $4, replied_at = $5 where case_id = $1`,
      [on.id, reply, version, nameOf(ctx.actor), ctx.clock.now()],
    );
    await moveCase(tx, ctx, on, { state, closed: isEnd(state) });
    await appendEvent(tx, ctx, on, {
      kind: outcome === 'reply' ? 'report-answered' : `report-${outcome}`,
      audience: 'parties',
      content: { reply, version },
    });
    const words = reportLetterMessages[language];
    const { rows } = await tx.query<{ name: string }>('select name from released.office where slug = $1', [
      on.office,
    ]);
    await writeToParty(tx, ctx, on, {
      subject: words.answerSubject(on.number),
      body: words.answerText({
        number: on.number,
        office: rows[0]?.name ?? words.noOffice,
        state: String(reportMessages[language][`state_${state}` as 'state_received']),
        reply,
        version:
          version === null ? '' : `${input.publicUrl}/${language}/datasets/${dataset}/versions/${version}`,
      }),
      language,
      site: new URL(input.publicUrl).host,
    });
  });
}
