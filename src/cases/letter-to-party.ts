import type { Ctx } from '../kit/context.ts';
import type { Tx } from '../kit/database.ts';
import { queueMail } from '../kit/mail.ts';
import type { Language } from '../ui/language.ts';
import { addDocument } from './documents.ts';
import type { LockedCase } from './events.ts';
import { letterWords } from './letter-words.ts';
import { listParties } from './parties.ts';

/** How long a letter by mail is tried: a default of the software; no law sets it. */
const mailDays = 14;

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

/** Writes to whoever brought the case: kept in the case, and by mail where an address was given. */
export async function writeToParty(
  tx: Tx,
  ctx: Ctx,
  on: LockedCase,
  letter: { subject: string; body: string; language: Language; site: string },
): Promise<void> {
  const [party] = await listParties(tx, on.id);
  const text = letterText({ ...letter, name: party?.name ?? '' });
  await keepLetter(tx, ctx, on, { name: letterWords[letter.language].letterToParty(letter.subject), text });
  if (party?.email) await mailLetter(tx, ctx, party.email, { subject: letter.subject, text });
}

/** A letter with its greeting and with the site that sends it. */
export function letterText(letter: { name: string; body: string; language: Language; site: string }): string {
  const words = letterWords[letter.language];
  return `${words.greeting(letter.name)}\n\n${letter.body}\n\n${words.farewell(letter.site)}\n`;
}
