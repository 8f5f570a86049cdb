import { addDocument, type LockedCase, listParties } from '../cases/index.ts';
import type { Ctx } from '../kit/context.ts';
import type { Tx } from '../kit/database.ts';
import { queueMail } from '../kit/mail.ts';
import type { Language } from '../ui/language.ts';
import { letterMessages } from './letter-messages.ts';
import { mailDays } from './question.ts';

/** A letter that stays in the case, as plain text. */
export async function keepLetter(
  tx: Tx,
  ctx: Ctx,
  on: LockedCase,
  letter: { name: string; text: string },
): Promise<{ id: string }> {
  return addDocument(tx, ctx, on, {
    name: letter.name,
    mediaType: 'text/plain; charset=utf-8',
    audience: 'parties',
    content: Buffer.from(letter.text),
  });
}

/** Mail from here is tried for some days; without a mail server it waits in the outbox. */
export async function mailLetter(
  tx: Tx,
  ctx: Ctx,
  to: string,
  letter: { subject: string; text: string },
): Promise<void> {
  const expiresAt = new Date(ctx.clock.now().getTime() + mailDays * 86_400_000);
  await queueMail(tx, ctx, { to, ...letter }, expiresAt);
}

/** Writes to whoever asked: kept in the case, and by mail where an address was given. */
export async function writeToAsker(
  tx: Tx,
  ctx: Ctx,
  on: LockedCase,
  letter: { subject: string; body: string; language: Language; site: string },
): Promise<void> {
  const words = letterMessages[letter.language];
  const asker = (await listParties(tx, on.id)).find(({ role }) => role === 'asker');
  const text = `${words.greeting(asker?.name ?? '')}\n\n${letter.body}\n\n${words.farewell(letter.site)}\n`;
  await keepLetter(tx, ctx, on, { name: words.letterToAsker(letter.subject), text });
  if (asker?.email) await mailLetter(tx, ctx, asker.email, { subject: letter.subject, text });
}
