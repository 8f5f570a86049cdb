import { publicUrl } from '../../kit/config.ts';
import type { Ctx } from '../../kit/context.ts';
import type { Tx } from '../../kit/database.ts';
import { queueMail } from '../../kit/mail.ts';
import { isLanguage } from '../../ui/language.ts';
import { securityLetters } from '../sign-in/security-letters-messages.ts';

/** Tells the person by letter what changed in how the account is signed in to, in the transaction of the change. */
export async function tellPerson(
  tx: Tx,
  ctx: Ctx,
  personId: string,
  what: Exclude<keyof (typeof securityLetters)['en'], 'subject' | 'text'>,
): Promise<void> {
  const { rows } = await tx.query<{ email: string; language: string }>(
    'select email, language from private.person where id = $1',
    [personId],
  );
  const person = rows[0];
  if (!person) return;
  const words = securityLetters[isLanguage(person.language) ? person.language : 'en'];
  const url = publicUrl(ctx.config);
  const aWeek = new Date(ctx.clock.now().getTime() + 7 * 86_400_000);
  await queueMail(
    tx,
    ctx,
    { to: person.email, subject: words.subject(new URL(url).host), text: words.text(words[what], url) },
    aWeek,
  );
}
