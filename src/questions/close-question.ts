import { appendEvent, checkText, lockForWork, moveCase, writeToParty } from '../cases/index.ts';
import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { checkPermission } from '../people/index.ts';
import { letterMessages } from './letter-messages.ts';
import { longest } from './question.ts';
import { readFacts } from './question-facts.ts';
import { stateAfter } from './state-after.ts';

/**
 * Closes a question. Without an answer it needs a reason, which who asked is told; after one, nothing more need be said.
 * Errors: signed-out, not-allowed, not-found, invalid (`details.field`), too-late (closed or withdrawn).
 */
export async function closeQuestion(
  ctx: Ctx,
  input: { number: string; reason: string; publicUrl: string },
): Promise<void> {
  checkPermission(ctx, 'work-on-cases');
  await withTransaction(ctx.app, async (tx) => {
    const on = await lockForWork(tx, ctx, input.number);
    const state = stateAfter(on, 'close');
    const { answer, question, language } = await readFacts(tx, on.id);
    const reason = checkText('reason', input.reason, longest.reason, answer === null ? 1 : 0);
    await moveCase(tx, ctx, on, { state, closed: true });
    await appendEvent(tx, ctx, on, {
      kind: 'question-closed',
      audience: 'parties',
      content: reason ? { reason } : {},
    });
    if (answer !== null) return;
    const words = letterMessages[language];
    const { rows } = await tx.query<{ name: string }>('select name from released.office where slug = $1', [
      on.office,
    ]);
    const office = rows[0]?.name ?? words.noOffice;
    await writeToParty(tx, ctx, on, {
      subject: words.closedSubject(on.number),
      body: words.closedText({ number: on.number, office, question, reason }),
      language,
      site: new URL(input.publicUrl).host,
    });
  });
}
