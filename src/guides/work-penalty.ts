import type { Rulebook } from '../rulebook/index.ts';
import {
  type Answer,
  type Day,
  type Missing,
  penaltyLadder,
  plusDays,
  pricePenalty,
  type Rule,
  type Rung,
  rungs,
} from '../rules/index.ts';
import type { Language } from '../ui/language.ts';
import { type OfficeName, officeName, type RuleView, viewRule } from './rule-view.ts';
import { readCount, readDay } from './work-field.ts';
import { type Faults, mostDays, type WorkFields } from './work-kind.ts';
import { type WorkPlace, workPlace } from './work-place.ts';

/** What an offense may cost by the law of its day: the form, and what comes out. Pure. */
export type RungView = {
  rung: Rung | 'cap';
  /** The rule that answers, or the gap; absent where nothing is on file. */
  rule?: RuleView;
  /** Nearer records that are unverified or in conflict: they forbid a price. */
  doubts: RuleView[];
};
export type PenaltyWork = {
  kind: 'penalty';
  place: WorkPlace;
  faults: Faults;
  result?: {
    day: Day;
    ladder: RungView[];
    price:
      | {
          state: 'priced';
          least: number | undefined;
          most: number;
          lines: { rung: Rung; days: number; least: number | undefined; most: number }[];
          nth: number;
          furtherDays: number;
          /** The cap, in cents, and whether it lowers the sum; absent for a state's own fine without one. */
          cap?: { most: number; bites: boolean };
        }
      | { state: 'unpriced'; missing: { rung: Missing['rung']; why: Missing['why']; ask: OfficeName[] }[] };
  };
};

/** Days of earlier offenses that the form has fields for. */
export const earlierFields = ['earlier1', 'earlier2'] as const;

export function workPenalty(
  book: Rulebook,
  rule: Rule,
  { language, knownAt }: { language: Language; knownAt: string },
  fields: WorkFields | undefined,
): PenaltyWork {
  const faults: Faults = {};
  const place = workPlace(book, rule, fields, faults);
  const work: PenaltyWork = { kind: 'penalty', place, faults };
  if (!fields) return work;
  const day = readDay(fields, 'day', faults);
  const earlier = earlierFields.flatMap((name) => {
    if ((fields[name] ?? '').trim() === '') return [];
    const other = readDay(fields, name, faults);
    if (other && day && other >= day) faults[name] = 'not-before';
    return other ? [other] : [];
  });
  const further = readCount(fields, 'further', mostDays, faults);
  if (!day || Object.keys(faults).length > 0) return work;
  const { ladder, cap } = penaltyLadder(book, {
    topic: rule.topic,
    places: place.chain,
    lawDay: day,
    knownAt,
    ...(rule.custodian === undefined ? {} : { custodian: rule.custodian }),
  });
  const price = pricePenalty(ladder, { day, earlier, continuedUntil: plusDays(day, further) }, cap);
  if (price.state === 'invalid')
    throw new Error(`An offense that was read is refused: ${price.faults.join('; ')}`);
  const answers = [...rungs.map((rung) => [rung, ladder[rung]] as const), ['cap', cap] as const];
  return {
    ...work,
    result: {
      day,
      ladder: answers.map(([rung, answer]) => ({ rung, ...viewAnswer(book, answer, language) })),
      price:
        price.state === 'priced'
          ? {
              state: 'priced',
              least: price.amount.least,
              most: price.amount.most,
              lines: price.lines.map(({ rung, days, amount: { least, most } }) => ({
                rung,
                days,
                least,
                most,
              })),
              nth: price.nth,
              furtherDays: price.furtherDays,
              ...(price.cap ? { cap: { most: price.cap.most, bites: price.cap.bites } } : {}),
            }
          : {
              state: 'unpriced',
              missing: price.missing.map(({ rung, why, ask }) => ({
                rung,
                why,
                ask: ask.map((slug) => officeName(book, slug)),
              })),
            },
    },
  };
}

function viewAnswer(book: Rulebook, answer: Answer, language: Language): Omit<RungView, 'rung'> {
  if (answer.found === 'nothing') return { doubts: [] };
  return {
    rule: viewRule(book, answer.rule, language),
    doubts: answer.found === 'rule' ? answer.doubts.map((doubt) => viewRule(book, doubt, language)) : [],
  };
}
