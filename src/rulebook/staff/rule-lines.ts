import type { Citation, MoneyValue, Rule, RuleValue, Sourced } from '../../rules/index.ts';
import { formatDate } from '../../ui/format.ts';
import { type Language, locales } from '../../ui/language.ts';
import type { Rulebook } from '../read-rulebook.ts';
import { ruleWordsMessages } from '../rule-words-messages.ts';
import { ruleFormMessages } from './rule-form-messages.ts';

/** Safe for the browser: every part of a rule as words, each under a key, so that two records can be held side by side. */
export type RuleLine = { key: string; term: string; text: string };
export type Names = {
  places: Record<string, string>;
  topics: Record<string, string>;
  offices: Record<string, string>;
};

/** What places, topics and offices are called. */
export function namesOf(book: Rulebook, language: Language): Names {
  const named = (pairs: [string, string][]) => Object.fromEntries(pairs);
  const states = [...new Set(book.places.map(({ state }) => state))];
  const state = ruleWordsMessages[language].state;
  const places = named([
    ...states.map((each): [string, string] => [each, `${state} (${each})`]),
    ...book.places.map(({ slug, name }): [string, string] => [slug, name]),
  ]);
  return {
    places,
    topics: named(book.topics.map(({ id, name }) => [id, name[language]])),
    offices: named(
      book.offices.map(({ slug, name, place }) => [slug, `${name} (${places[place] ?? place})`]),
    ),
  };
}

/** Fine: Sensors, Danbury. With the office that the rule is limited to. */
export function ruleTitle(
  { aspect, topic, place, custodian }: Pick<Rule, 'aspect' | 'topic' | 'place' | 'custodian'>,
  language: Language,
  names: Names,
): string {
  const parts = [names.topics[topic] ?? topic, names.places[place] ?? place];
  if (custodian) parts.push(names.offices[custodian] ?? custodian);
  return `${ruleWordsMessages[language][aspect]}: ${parts.join(', ')}`;
}

export function ruleLines(rule: Omit<Rule, 'recordedAt'>, language: Language, names: Names): RuleLine[] {
  const [words, say] = [ruleWordsMessages[language], ruleFormMessages[language]];
  const { value } = rule;
  const offices = (all: readonly string[]) => all.map((slug) => names.offices[slug] ?? slug).join(', ');
  const day = (text: string | undefined) => (text ? formatDate(text, language) : '');
  const all: [string, string, string][] = [
    ['saysEn', say.saysInEnglish, rule.says.en],
    ['saysEs', say.saysInSpanish, rule.says.es],
    ['state', say.state, words[value.state]],
    ...valueLines(value, language, names),
    ['validFrom', say.validFrom, day(value.validFrom)],
    ['validTo', say.validTo, day(value.validTo)],
    ['offices', say.offices, offices(rule.offices)],
    ['topic', say.topic, `${names.topics[rule.topic] ?? ''} (${rule.topic})`.trim()],
    ['aspect', say.aspect, words[rule.aspect]],
    ['place', say.place, names.places[rule.place] ?? rule.place],
    ['custodian', say.custodian, rule.custodian ? offices([rule.custodian]) : ''],
    ['bullets', say.bullets, rule.bullets.join(', ')],
  ];
  return all.filter(([, , text]) => text !== '').map(([key, term, text]) => ({ key, term, text }));
}

function valueLines(value: Sourced<RuleValue>, language: Language, names: Names): [string, string, string][] {
  const [words, say] = [ruleWordsMessages[language], ruleFormMessages[language]];
  const ask = (slugs: readonly string[]): [string, string, string] => [
    'ask',
    say.toAsk,
    slugs.map((slug) => names.offices[slug] ?? slug).join(', '),
  ];
  const cites = (all: readonly Citation[]): [string, string, string] => [
    'cite',
    say.citations,
    all.map((one) => citeText(one, language)).join('\n'),
  ];
  switch (value.state) {
    case 'specified':
      return [['value', say.value, valueText(value.value, language, names)], cites(value.cite)];
    case 'unverified':
      return [
        ['value', say.value, value.value ? valueText(value.value, language, names) : ''],
        cites(value.cite),
        ask(value.ask),
      ];
    case 'not-specified':
      return [
        cites(value.pagesRead),
        ['checkedAt', say.checkedAt, formatDate(value.checkedAt, language)],
        ask(value.ask),
        ['nearest', say.nearest, (value.nearest ?? []).join(', ')],
      ];
    case 'conflict':
      return [
        [
          'candidates',
          say.candidates,
          value.candidates
            .map((one, n) => {
              const lines = valueLines(one, language, names).filter(([, , text]) => text !== '');
              return [
                `${n + 1}. ${words[one.state]}`,
                ...lines.map(([, term, text]) => `${term}: ${text}`),
              ].join('\n');
            })
            .join('\n'),
        ],
        ask(value.ask),
      ];
  }
}

function citeText(one: Citation, language: Language): string {
  const [words, say] = [ruleWordsMessages[language], ruleFormMessages[language]];
  return [
    `${one.instrument}, ${one.locator}`,
    `${one.publisher} (${words[`level_${one.level}`]})`,
    ...(one.published ? [`${say.published} ${formatDate(one.published, language)}`] : []),
    `${say.readAt} ${formatDate(one.readAt, language)}: ${words[`how_${one.how}`]}`,
    ...(one.url ? [one.url] : []),
    ...(one.quoteHash ? [`${say.quoteHash} ${one.quoteHash}`] : []),
  ].join('; ');
}

export function valueText(value: RuleValue, language: Language, names: Names): string {
  const words = ruleWordsMessages[language];
  switch (value.kind) {
    case 'statement':
      return words.kind_statement;
    case 'money':
      return moneyText(value, language);
    case 'period':
      return [
        `${value.count} ${words[`unit_${value.unit}`]}`,
        words.from(value.from),
        value.statutory ? words.statutory : words.ownTarget,
      ].join(', ');
    case 'office':
      return names.offices[value.office] ?? value.office;
    case 'form':
      return [words.kind_form, value.name, value.url].filter(Boolean).join(': ');
  }
}

function moneyText(value: MoneyValue, language: Language): string {
  const words = ruleWordsMessages[language];
  const format = new Intl.NumberFormat(locales[language], { style: 'currency', currency: 'USD' });
  const sum = (cents: number) => format.format(cents / 100);
  const range = ({ min, max }: { min?: number | undefined; max?: number | undefined }) => {
    if (min === undefined) return words.atMost(sum(max ?? 0));
    if (max === undefined) return words.atLeast(sum(min));
    return min === max ? words.exactly(sum(min)) : words.between(sum(min), sum(max));
  };
  const text = value.offenses
    ? value.offenses.map(({ nth, min, max }) => words.nth(nth, range({ min, max }))).join('; ')
    : range(value);
  return value.per ? `${text} ${words.per(words[`per_${value.per}`])}` : text;
}

/** The parts that differ, in the order of a rule; absent is the empty text. */
export function differences(
  before: readonly RuleLine[],
  after: readonly RuleLine[],
): { key: string; term: string; before: string; after: string }[] {
  const was = new Map(before.map((line) => [line.key, line]));
  const will = new Map(after.map((line) => [line.key, line]));
  const keys = [...new Set([...after, ...before].map(({ key }) => key))];
  return keys.flatMap((key) => {
    const [old, made] = [was.get(key), will.get(key)];
    if (old?.text === made?.text) return [];
    return [{ key, term: made?.term ?? old?.term ?? key, before: old?.text ?? '', after: made?.text ?? '' }];
  });
}
