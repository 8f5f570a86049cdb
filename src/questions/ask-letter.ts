import { faultsOfTemplate, fillLetter, type Letter } from '../cases/index.ts';
import type { Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import type { LetterTemplate, Rulebook } from '../rulebook/index.ts';
import { type Citation, pagesOf, type Rule, topicsUp } from '../rules/index.ts';
import { formatDate, formatDay } from '../ui/format.ts';
import type { Language } from '../ui/language.ts';
import type { Checked } from './check-question.ts';
import { letterMessages } from './letter-messages.ts';

/** The city's template of the letter that asks an office. Errors: conflict, when it has none. */
export async function readAskTemplate(ctx: Ctx, city: string): Promise<LetterTemplate> {
  const { rows } = await ctx.public.query<{ body: LetterTemplate }>(
    `select body from released.letter_template where place = $1 and id = 'ask-the-office'`,
    [city],
  );
  const template = rows[0]?.body;
  if (!template)
    throw new Problem(
      'conflict',
      'This city has no letter “ask-the-office” yet. Its administrator imports one: charter-oak city import.',
    );
  return template;
}

/**
 * The letter that asks the office. All that it may say is handed over here by name: what the asker wrote, what the rule
 * base says, and the case's number; never the private link, nor anything of the office's own. Errors: conflict, when the
 * template asks for more.
 */
export function askLetter(
  template: LetterTemplate,
  book: Rulebook,
  checked: Checked,
  at: { number: string; casePage: string; now: Date },
): Letter {
  const { language, rule, city, office } = checked;
  const words = letterMessages[language];
  const nearest = rule && nearestTo(book, rule);
  const values: Record<string, string> = {
    today: formatDay(at.now, language, city.timeZone),
    office: office.name,
    city: city.name,
    place: checked.place.name,
    officeAddress: office.address ?? '',
    officeEmail: office.email ?? '',
    caseNumber: at.number,
    topic: checked.topic.name[language],
    question: checked.question,
    gap: rule?.says[language] ?? words.nothingOnRecord,
    pagesRead: rule
      ? pagesOf(rule)
          .map((page) => `- ${pageLine(page, language)}`)
          .join('\n')
      : '',
    checkedAt: rule?.value.state === 'not-specified' ? formatDate(rule.value.checkedAt, language) : '',
    nearestRule: nearest ? `${nearest.says[language]} (${citedAs(nearest, language)})` : '',
    nearestWay: nearest ? words[wayTo(book, rule, nearest)] : '',
    casePage: at.casePage,
    writer: checked.name,
    writerAddress: checked.shareEmail ? checked.email : '',
  };
  const given = Object.keys(values);
  const { subject, body } = template;
  const faults = [subject[language], body[language]].flatMap((text) => faultsOfTemplate(text, given));
  if (faults.length > 0)
    throw new Problem('conflict', `This city's letter cannot be made: ${faults.join('; ')}.`);
  return fillLetter({ subject: subject[language], body: body[language] }, values);
}

/** The nearest rule that the gap itself names: one that is specified first. */
export function nearestTo(book: Rulebook, { value }: Rule): Rule | undefined {
  const ids = value.state === 'not-specified' ? (value.nearest ?? []) : [];
  const rules = ids.flatMap((id) => book.current.get(id) ?? []);
  return rules.find((rule) => rule.value.state === 'specified') ?? rules[0];
}

function wayTo(book: Rulebook, from: Rule, to: Rule): 'sameSubject' | 'widerSubject' | 'otherSubject' {
  if (from.topic === to.topic) return 'sameSubject';
  const wider = topicsUp(book.topics, from.topic).some(({ id }) => id === to.topic);
  return wider ? 'widerSubject' : 'otherSubject';
}

/** Instrument, spot, publisher and the day it was read. */
export function pageLine(page: Citation, language: Language): string {
  const read = letterMessages[language].readOn(formatDate(page.readAt, language));
  return [page.instrument, page.locator, page.publisher, page.url, read].filter(Boolean).join(', ');
}

/** The source of a rule, with the doubt where nobody has verified it. */
export function citedAs(rule: Rule, language: Language): string {
  const page = pagesOf(rule)[0];
  const doubt = rule.value.state === 'unverified' ? [letterMessages[language].unverified] : [];
  return [...doubt, ...(page ? [pageLine(page, language)] : [])].join('; ');
}
