import { type Language, locales } from '../../ui/language.ts';
import type { FieldFault } from './rule-change.ts';
import { ruleFormMessages } from './rule-form-messages.ts';

/** Safe for the browser: what is wrong with a field, in the reader's language. Engines speak for files, in English. */
export function faultWords({ message }: FieldFault, language: Language): string {
  const say = ruleFormMessages[language];
  const money = new Intl.NumberFormat(locales[language], { style: 'currency', currency: 'USD' });
  const sum = (cents = '') => money.format(Number(cents) / 100);
  const patterns: [RegExp, (...found: string[]) => string][] = [
    [/^there is no (?:\w+ )*?(\S+?)(?: of \S+)?$/, (name = '') => say.noSuch(name)],
    [/^answers another question: (\S+)/, (id = '') => say.otherQuestion(id)],
    [/is still to come/, () => say.toCome],
    [/^ended on (\S+) already/, (day = '') => say.endedBefore(day)],
    [/in force at the same time as (\S+),/, (id = '') => say.sameTime(id)],
    [
      /^(\d+) cents is more than the (\d+) that (\S+) allows/,
      (own, cap, id = '') => say.overCap(sum(own), sum(cap), id),
    ],
    [/only remembered/, () => say.remembered],
    [/^stands already: ([^\s.]+(?:\.[^\s.]+)*)/, (id = '') => say.stands(id)],
    [/^begins with its place: (\S+)/, (start = '') => say.begins(start)],
    [/cannot be printed/, () => say.unprintable],
    [/whole number/, () => say.wholeNumber],
    [/amount in dollars/, () => say.inDollars],
    [/must be a day/, () => say.aDay],
    [/a conflict needs/, () => say.needsTwo],
    [/lies before/, () => say.backwards],
    [/needs min or max/, () => say.needsSum],
    [/^min \d+ is more than max/, () => say.minOverMax],
    [/must rise by nth/, () => say.rising],
    [/names the rule itself/, () => say.itself],
    [/stays with its place, (\S+)/, (place = '') => say.staysPlace(place)],
    [/day from which the new law/, () => say.dayFollows],
    [/^[\w.-]+: (.+)$/, (text = '') => say.ofOther(faultWords({ field: '', message: text }, language))],
    [/undefined|Too small|too_small|expected nonoptional/, () => say.needed],
  ];
  for (const [pattern, words] of patterns) {
    const found = pattern.exec(message);
    if (found) return words(...found.slice(1));
  }
  return say.unreadable;
}

/** Faults beside the field of the form that they are about; what belongs to no field stands at the top. */
export function faultsByField(
  faults: readonly FieldFault[],
  language: Language,
  draft: Readonly<Record<string, string>>,
): Record<string, string> {
  const by: Record<string, string> = {};
  for (const fault of faults) {
    const field = fieldOfForm(fault);
    const words = faultWords(fault, language);
    const { needed, unreadable } = ruleFormMessages[language];
    by[field] ??= words === unreadable && !draft[field] ? needed : words;
  }
  return by;
}

function fieldOfForm({ field, message }: FieldFault): string {
  if (field === 'value') return /cents|min|max/.test(message) ? 'max' : 'kind';
  if (field === 'ask' || field === 'offices' || field === 'cite')
    return field === 'cite' ? 'cite.0.instrument' : `${field}.0`;
  if (/^cite\.\d+$/.test(field)) return `${field}.instrument`;
  if (field === 'offenses') return 'offenses.0.nth';
  return field.replace(/^nearest\.\d+$/, 'nearest').replace(/^bullets.*/, 'id');
}
