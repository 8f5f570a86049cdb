import type { Letter } from '../cases/index.ts';
import type { Ctx } from '../kit/context.ts';
import { checkPermission, makeSecret } from '../people/index.ts';
import { readRulebook } from '../rulebook/index.ts';
import { askLetter, readAskTemplate } from './ask-letter.ts';
import { type Checked, checkQuestion } from './check-question.ts';
import { letterMessages } from './letter-messages.ts';
import type { Asked } from './question.ts';

/**
 * The letter as it would be sent, and the secret under which sending it opens one case however often it is sent.
 * Stores nothing. Errors: invalid (`details.field`), conflict (the city has no letter).
 */
export async function previewQuestion(
  ctx: Ctx,
  input: Asked & { casePage(number: string): string },
): Promise<{ letter: Letter; secret: string; office: Checked['office']; city: string }> {
  checkPermission(ctx, 'ask-an-office');
  const book = await readRulebook(ctx);
  const now = ctx.clock.now();
  const checked = checkQuestion(book, input, now);
  const number = letterMessages[checked.language].numberToCome;
  const letter = askLetter(await readAskTemplate(ctx, checked.city.slug), book, checked, {
    number,
    casePage: input.casePage('…'),
    now,
  });
  return { letter, secret: makeSecret().secret, office: checked.office, city: checked.city.name };
}
