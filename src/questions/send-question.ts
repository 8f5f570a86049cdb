import { createHash } from 'node:crypto';
import {
  appendEvent,
  keepLetter,
  letterText,
  mailLetter,
  mostReceipts,
  mostSent,
  numberByLink,
  openCase,
  recordOpening,
} from '../cases/index.ts';
import type { Ctx } from '../kit/context.ts';
import { sqlState, withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission, countOne, limitedAddress } from '../people/index.ts';
import { readRulebook } from '../rulebook/index.ts';
import { askLetter, readAskTemplate } from './ask-letter.ts';
import { type Checked, checkQuestion } from './check-question.ts';
import { letterMessages } from './letter-messages.ts';
import { type Asked, questionKind, questionLetters } from './question.ts';

export type Sending = Asked & {
  /** From the preview: sent twice, it opens one case. */
  secret: string;
  /** The address that asks. */
  from: string;
  publicUrl: string;
};

/**
 * Sends a question to an office: opens the case, keeps the letter in it, mails it where the office has an address, and
 * sends the asker a receipt where he gave one; all or nothing. Returns the case's number, of an earlier sending too.
 * Errors: invalid (`details.field`), conflict (the city has no letter), too-many (from this address in the last hour, or
 * receipts to one mail address in a day).
 */
export async function sendQuestion(ctx: Ctx, input: Sending): Promise<{ number: string }> {
  checkPermission(ctx, 'ask-an-office');
  if (!/^[\w-]{43}$/.test(input.secret))
    throw new Problem('invalid', 'Look at the letter before you send it.', { details: { field: 'secret' } });
  const sent = await sentBefore(ctx, input.secret);
  if (sent) return sent;
  const book = await readRulebook(ctx);
  const checked = checkQuestion(book, input, ctx.clock.now());
  const template = await readAskTemplate(ctx, checked.city.slug);
  try {
    return await withTransaction(ctx.app, async (tx) => {
      await countOne(tx, ctx, `question/${limitedAddress(input.from)}`, mostSent);
      if (checked.email) {
        const address = createHash('sha256').update(checked.email).digest('hex');
        await countOne(tx, ctx, `receipt/${address}`, mostReceipts);
      }
      const { opened, secret } = await openCase(tx, ctx, {
        kind: questionKind,
        letters: questionLetters,
        state: 'sent',
        place: checked.place.slug,
        office: checked.office.slug,
        title: titleOf(checked),
        parties: [
          {
            role: 'asker',
            personId: ctx.actor.kind === 'person' ? ctx.actor.personId : null,
            name: checked.name || null,
            email: checked.email || null,
            language: checked.language,
          },
        ],
        event: {
          kind: 'question-sent',
          content: {
            question: checked.question,
            office: checked.office.name,
            rule: checked.rule?.id ?? null,
            topic: checked.topic.id,
            aspect: checked.aspect ?? null,
            place: checked.place.slug,
          },
        },
        secret: input.secret,
      });
      await tx.query(
        `insert into private.question (case_id, rule_id, topic, aspect, place, question, language, share_email)
         values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [
          opened.id,
          checked.rule?.id ?? null,
          checked.topic.id,
          checked.aspect ?? null,
          checked.place.slug,
          checked.question,
          checked.language,
          checked.shareEmail,
        ],
      );
      const words = letterMessages[checked.language];
      const letter = askLetter(template, book, checked, {
        number: opened.number,
        casePage: casePage(input.publicUrl, checked.language, opened.number),
        now: ctx.clock.now(),
      });
      await keepLetter(tx, ctx, opened, { name: words.letterTo(checked.office.name), text: letter.text });
      if (checked.office.email) {
        await mailLetter(tx, ctx, checked.office.email, letter);
        await appendEvent(tx, ctx, opened, {
          kind: 'letter-mailed',
          audience: 'parties',
          content: { office: checked.office.name },
        });
      }
      if (checked.email) {
        // Nobody has shown that the address is his: a stranger's words do not go to others in the city's name.
        const receipt = {
          number: opened.number,
          office: checked.office.name,
          city: checked.city.name,
          link: `${input.publicUrl}/${checked.language}/question?link=${secret}`,
        };
        const text = letterText({
          name: '',
          body: words.receiptText(receipt),
          language: checked.language,
          site: new URL(input.publicUrl).host,
        });
        // The receipt holds the private link, so it is no document of the case.
        await mailLetter(tx, ctx, checked.email, { subject: words.receiptSubject(opened.number), text });
      }
      await recordOpening(tx, ctx, opened);
      return { number: opened.number };
    });
  } catch (error) {
    // Sent twice at once: the other one opened the case.
    const other = sqlState(error) === '23505' ? await sentBefore(ctx, input.secret) : undefined;
    if (other) return other;
    throw error;
  }
}

/** The page on which the office's staff work on a question. */
export function casePage(publicUrl: string, language: string, number: string): string {
  return `${publicUrl}/${language}/staff/question/${number}`;
}

function titleOf({ topic, place, question, language }: Checked): string {
  const title = `${topic.name[language]} (${place.name}): ${question.replaceAll(/\s+/g, ' ')}`;
  return title.length > 160 ? `${title.slice(0, 159)}…` : title;
}

async function sentBefore(ctx: Ctx, secret: string): Promise<{ number: string } | undefined> {
  const number = await numberByLink(ctx.app, { kind: questionKind, secret });
  return number ? { number } : undefined;
}
