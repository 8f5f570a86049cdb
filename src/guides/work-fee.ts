import type { Rulebook } from '../rulebook/index.ts';
import {
  type Answer,
  closestRule,
  type Day,
  type Fee,
  feeSchedule,
  type MissingFee,
  type MoneyValue,
  priceFee,
  type Rule,
  topicsUp,
} from '../rules/index.ts';
import type { Language } from '../ui/language.ts';
import { type OfficeName, officeName, type RuleView, topicName, viewRule } from './rule-view.ts';
import { readCount, readDay } from './work-field.ts';
import { type Faults, mostUnits, type WorkFields } from './work-kind.ts';
import { type WorkPlace, workPlace } from './work-place.ts';

/** What copies, requests or permits cost by the rules of a place: the form, and what comes out. Pure. */
export type FeeUnit = {
  topic: string;
  name: string;
  per: NonNullable<MoneyValue['per']> | 'once' | 'unknown';
};
export type FeeWork = {
  kind: 'fee';
  place: WorkPlace;
  /** What the schedule asks for. */
  units: FeeUnit[];
  /** The day that the form proposes. */
  today: Day;
  faults: Faults;
  result?: {
    day: Day;
    price:
      | {
          state: 'priced';
          least: number | undefined;
          most: number;
          lines: { name: string; count: number; least: number | undefined; most: number; rule: RuleView }[];
          prepayment: Extract<Fee, { state: 'priced' }>['prepayment'];
        }
      | {
          state: 'unpriced';
          missing: { name: string; why: MissingFee['why']; rule?: RuleView; ask: OfficeName[] }[];
        };
    waiver?: RuleView;
    prepayment?: RuleView;
  };
};

export function workFee(
  book: Rulebook,
  rule: Rule,
  { language, today, knownAt }: { language: Language; today: Day; knownAt: string },
  fields: WorkFields | undefined,
): FeeWork {
  const faults: Faults = {};
  const place = workPlace(book, rule, fields, faults);
  const day = fields ? readDay({ ...fields, day: fields.day ?? today }, 'day', faults) : today;
  const question = {
    places: place.chain,
    lawDay: day ?? today,
    knownAt,
    ...(rule.custodian === undefined ? {} : { custodian: rule.custodian }),
  };
  const root = rootOf(book, rule);
  const units = feeTopics(book, root, rule).flatMap((topic) =>
    unitOf(topic, topicName(book, topic, language), closestRule(book, { ...question, topic, aspect: 'fee' })),
  );
  const work: FeeWork = { kind: 'fee', place, units, today, faults };
  if (!fields) return work;
  const counts = units.map((unit) => ({
    unit,
    count: readCount(fields, `n.${unit.topic}`, mostUnits, faults),
  }));
  const wanted = counts.filter(({ count }) => count > 0);
  const [first] = units;
  if (first && wanted.length === 0 && Object.keys(faults).length === 0)
    faults[`n.${first.topic}`] = 'missing';
  if (!day || Object.keys(faults).length > 0) return work;
  const schedule = feeSchedule(
    book,
    { ...question, topic: root },
    wanted.map(({ unit: { topic, per }, count }) => ({
      topic,
      count,
      ...(per === 'once' || per === 'unknown' ? {} : { per }),
    })),
  );
  const view = (one: Rule) => viewRule(book, one, language);
  const onFile = (answer: Answer) => (answer.found === 'nothing' ? undefined : view(answer.rule));
  const [waiver, prepayment] = [onFile(schedule.waiver), onFile(schedule.prepayment)];
  const fee = priceFee(schedule);
  return {
    ...work,
    result: {
      day,
      price:
        fee.state === 'priced'
          ? {
              state: 'priced',
              least: fee.amount.least,
              most: fee.amount.most,
              lines: fee.lines.map((line) => ({
                name: topicName(book, line.topic, language),
                count: line.count,
                least: line.amount.least,
                most: line.amount.most,
                rule: view(line.rule),
              })),
              prepayment: fee.prepayment,
            }
          : {
              state: 'unpriced',
              missing: fee.missing.map(({ topic, why, rule: id, ask }) => {
                const known = id === undefined ? undefined : book.current.get(id);
                return {
                  name: topicName(book, topic, language),
                  why,
                  ...(known ? { rule: view(known) } : {}),
                  ask: ask.map((slug) => officeName(book, slug)),
                };
              }),
            },
      ...(waiver ? { waiver } : {}),
      ...(prepayment ? { prepayment } : {}),
    },
  };
}

/** The subject whose fees belong together: the rule's own where more is priced below it, else the one above. */
function rootOf(book: Rulebook, rule: Rule): string {
  const priced = (id: string) =>
    [...book.current.values()].some((one) => one.aspect === 'fee' && one.topic === id);
  const below = book.topics.some(({ id, parent }) => parent === rule.topic && priced(id));
  const parent = book.topics.find(({ id }) => id === rule.topic)?.parent;
  const siblings =
    parent !== undefined &&
    book.topics.some((topic) => topic.id !== rule.topic && topic.parent === parent && priced(topic.id));
  return !below && siblings ? parent : rule.topic;
}

/** The rule's own subject first, then the others of its schedule. */
function feeTopics(book: Rulebook, root: string, rule: Rule): string[] {
  const within = book.topics.filter(({ id }) => topicsUp(book.topics, id).some((topic) => topic.id === root));
  return [...new Set([rule.topic, ...within.map(({ id }) => id)])];
}

function unitOf(topic: string, name: string, answer: Answer): FeeUnit[] {
  if (answer.found === 'nothing') return [];
  const value = answer.found === 'rule' ? answer.rule.value.value : undefined;
  return [{ topic, name, per: value?.kind === 'money' ? (value.per ?? 'once') : 'unknown' }];
}
