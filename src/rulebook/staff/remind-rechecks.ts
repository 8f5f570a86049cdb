import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { queueMail } from '../../kit/mail.ts';
import { checkPermission, listHolders } from '../../people/index.ts';
import { readSite } from '../../places/index.ts';
import { isLanguage } from '../../ui/language.ts';
import { readRulebook } from '../read-rulebook.ts';
import { lastLook, recheckMonths } from './last-look.ts';
import { isAging, readChecks } from './read-checks.ts';
import { recheckMessages } from './recheck-messages.ts';
import { responsiblePlace } from './rule-change.ts';
import { namesOf, ruleTitle } from './rule-lines.ts';

/** Between two letters to one person; a default of the software, no law sets it. */
const apart = 7 * 86_400_000;
const mostNamed = 20;

/**
 * Writes to each rule editor whose places have rules that are due to be compared with their texts: one letter that names
 * them, at most once in a week, and none where no mail goes out (no mail server, or a demonstration). The database keeps
 * when, so that several processes and starts write one letter. Returns how many were written.
 */
export async function remindRechecks(ctx: Ctx, input: { site: string }): Promise<number> {
  checkPermission(ctx, 'run-the-installation');
  if (!ctx.config.SMTP_URL || (await readSite(ctx)).demonstration) return 0;
  const now = ctx.clock.now();
  const book = await readRulebook(ctx);
  const checkOf = await readChecks(ctx.app);
  const aging = [...book.current.values()]
    .map((rule) => ({ rule, look: lastLook(rule, checkOf(rule)) }))
    .filter(({ look }) => isAging(look, now, recheckMonths))
    .toSorted((a, b) => (a.look.day ?? '').localeCompare(b.look.day ?? ''));
  if (aging.length === 0) return 0;
  const parentOf = new Map(book.places.map(({ slug, parent }) => [slug, parent]));
  const covers = (held: (string | null)[], place: string | null): boolean =>
    held.includes(place) ||
    held.includes(null) ||
    (place !== null && above(place).some((p) => held.includes(p)));
  const above = (place: string): string[] => {
    const parent = parentOf.get(place);
    return parent ? [parent, ...above(parent)] : [];
  };
  let written = 0;
  for (const { personId, email, language: chosen, places } of await listHolders(
    ctx.app,
    'rule-editor',
    now,
  )) {
    const due = aging.filter(({ rule }) => covers(places, responsiblePlace(book.places, rule.place)));
    if (due.length === 0) continue;
    const language = isLanguage(chosen) ? chosen : 'en';
    const [words, names] = [recheckMessages[language], namesOf(book, language)];
    const lines = due
      .slice(0, mostNamed)
      .map(
        ({ rule }) =>
          `- ${ruleTitle(rule, language, names)}: ${input.site}/${language}/staff/rules/${rule.id}`,
      );
    const more = due.length > mostNamed ? [words.more(due.length - mostNamed)] : [];
    const list = `${input.site}/${language}/staff/rules?work=aging`;
    const text = [words.text(recheckMonths), [...lines, ...more].join('\n'), words.all(list), words.why].join(
      '\n\n',
    );
    written += await withTransaction(ctx.app, async (tx) => {
      const { rowCount } = await tx.query(
        `insert into private.recheck_letter as l (person_id, sent_at) select id, $2 from private.person where id = $1
         on conflict (person_id) do update set sent_at = excluded.sent_at where l.sent_at <= $3`,
        [personId, now, new Date(now.getTime() - apart)],
      );
      if (!rowCount) return 0;
      const expiresAt = new Date(now.getTime() + apart);
      await queueMail(
        tx,
        ctx,
        { to: email, subject: words.subject(due.length), text: `${text}\n` },
        expiresAt,
      );
      return 1;
    });
  }
  return written;
}
