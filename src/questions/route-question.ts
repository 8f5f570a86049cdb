import {
  appendEvent,
  giveCase,
  keepLetter,
  listParties,
  lockForWork,
  mailLetter,
  writeToParty,
} from '../cases/index.ts';
import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { checkPermission } from '../people/index.ts';
import { readRulebook } from '../rulebook/index.ts';
import { askLetter, readAskTemplate } from './ask-letter.ts';
import { checkQuestion } from './check-question.ts';
import { letterMessages } from './letter-messages.ts';
import { readFacts } from './question-facts.ts';
import { casePage } from './send-question.ts';
import { stateAfter } from './state-after.ts';

/**
 * Gives a question to another office, which gets a letter of its own, or to somebody of the same. Who asked is told of
 * another office. Errors: signed-out, not-allowed, not-found, invalid (`details.field`), too-late (closed or withdrawn),
 * conflict (the city has no letter).
 */
export async function routeQuestion(
  ctx: Ctx,
  input: { number: string; office: string | null; assignee: string | null; publicUrl: string },
): Promise<void> {
  checkPermission(ctx, 'work-on-cases');
  const book = await readRulebook(ctx);
  await withTransaction(ctx.app, async (tx) => {
    const on = await lockForWork(tx, ctx, input.number);
    stateAfter(on, 'route');
    await giveCase(tx, ctx, on, input);
    if (input.office === null || input.office === on.office) return;
    const facts = await readFacts(tx, on.id);
    const asker = (await listParties(tx, on.id)).find(({ role }) => role === 'asker');
    const checked = checkQuestion(
      book,
      {
        rule: facts.rule ?? undefined,
        place: facts.place,
        topic: facts.topic,
        aspect: facts.aspect ?? undefined,
        question: facts.question,
        office: input.office,
        name: asker?.name ?? '',
        email: asker?.email ?? '',
        shareEmail: facts.shareEmail,
        language: facts.language,
      },
      ctx.clock.now(),
    );
    const words = letterMessages[checked.language];
    const letter = askLetter(await readAskTemplate(ctx, checked.city.slug), book, checked, {
      number: on.number,
      casePage: casePage(input.publicUrl, checked.language, on.number),
      now: ctx.clock.now(),
    });
    await keepLetter(tx, ctx, on, { name: words.letterTo(checked.office.name), text: letter.text });
    if (checked.office.email) {
      await mailLetter(tx, ctx, checked.office.email, letter);
      await appendEvent(tx, ctx, on, {
        kind: 'letter-mailed',
        audience: 'parties',
        content: { office: checked.office.name },
      });
    }
    const before = book.offices.find(({ slug }) => slug === on.office)?.name ?? words.noOffice;
    await writeToParty(tx, ctx, on, {
      subject: words.routedSubject(on.number),
      body: words.routedText({ number: on.number, office: checked.office.name, before }),
      language: checked.language,
      site: new URL(input.publicUrl).host,
    });
  });
}
