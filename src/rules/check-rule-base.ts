import type { RulePlace } from './place-chain.ts';
import { placeChain } from './place-chain.ts';
import { fineAspects, isSpecifiedRule, knownRules, type MoneyValue, type Rule } from './rule.ts';
import { overlap } from './sourced.ts';
import { type Topic, topicsUp } from './topic.ts';

export type WholeBase = {
  rules: readonly Rule[];
  topics: readonly Topic[];
  places: readonly RulePlace[];
  offices: readonly { slug: string; place: string }[];
};
/** `rule` is the id; `index` and `field` say where in `rules` it stands. */
export type BaseFault = { rule: string; index: number; field: string; message: string };

/**
 * Judges a whole base: what a single rule's schema can't see. It checks every record's names, and the rules that are now
 * known against each other: two at once for the same question, and a city's sum above the limit of state law.
 */
export function checkRuleBase(base: WholeBase): BaseFault[] {
  const names = checkNames(base);
  const known = knownRules(base.rules, '9999-12-31T00:00:00Z').map((rule) => ({
    rule,
    index: base.rules.indexOf(rule),
  }));
  return [...names, ...checkOverlaps(known), ...checkCaps(known, base)].toSorted((a, b) => a.index - b.index);
}

type At = { rule: Rule; index: number };

function checkNames({ rules, topics, places, offices }: WholeBase): BaseFault[] {
  const faults: BaseFault[] = [];
  const topicIds = new Set(topics.map(({ id }) => id));
  const placeNames = new Set(places.flatMap(({ slug, state }) => [slug, state]));
  const officeSlugs = new Set(offices.map(({ slug }) => slug));
  const ids = new Set(rules.map(({ id }) => id));
  const records = new Map<string, string>();
  for (const { id, recordedAt, place } of rules) records.set(`${id}@${Date.parse(recordedAt)}`, place);
  const seen = new Set<string>();
  for (const [index, rule] of rules.entries()) {
    const wrong = (field: string, message: string) => faults.push({ rule: rule.id, index, field, message });
    const known = (field: string, what: string, name: string | undefined, all: Set<string>) => {
      if (name !== undefined && !all.has(name)) wrong(field, `there is no ${what} ${name}`);
    };
    const record = `${rule.id}@${Date.parse(rule.recordedAt)}`;
    if (seen.has(record)) wrong('id', `stands twice: ${rule.id}, recorded at ${rule.recordedAt}`);
    seen.add(record);
    known('topic', 'topic', rule.topic, topicIds);
    known('place', 'place', rule.place, placeNames);
    known('custodian', 'office', rule.custodian, officeSlugs);
    for (const office of rule.offices) known('offices', 'office', office, officeSlugs);
    const { value } = rule;
    for (const one of value.state === 'conflict' ? [value, ...value.candidates] : [value]) {
      if (one.state !== 'specified')
        for (const office of one.ask) known('ask', 'office', office, officeSlugs);
      if (one.state === 'specified' && one.value.kind === 'office')
        known('value', 'office', one.value.office, officeSlugs);
      for (const near of one.state === 'not-specified' ? (one.nearest ?? []) : []) {
        known('nearest', 'rule', near, ids);
        if (near === rule.id) wrong('nearest', 'names the rule itself');
      }
    }
    if (value.validFrom !== undefined && value.validTo !== undefined && value.validTo < value.validFrom)
      wrong('validTo', `${value.validTo} lies before ${value.validFrom}`);
    const old = rule.supersedes;
    if (old) {
      const place = records.get(`${old.id}@${Date.parse(old.recordedAt)}`);
      if (place === undefined) wrong('supersedes', `there is no record of ${old.id} at ${old.recordedAt}`);
      else if (Date.parse(old.recordedAt) >= Date.parse(rule.recordedAt))
        wrong('supersedes', `${old.id} was recorded at ${old.recordedAt}, not before this one`);
      else if (place !== rule.place)
        wrong('supersedes', `${old.id} is a rule of ${place}, not of ${rule.place}`);
    }
  }
  return faults;
}

function checkOverlaps(known: readonly At[]): BaseFault[] {
  const groups = new Map<string, At[]>();
  const ids = new Map<string, At>();
  const faults: BaseFault[] = [];
  for (const at of known) {
    const { id, topic, aspect, place, custodian } = at.rule;
    const other = ids.get(id);
    if (other && other.rule.recordedAt !== at.rule.recordedAt)
      faults.push(fault(at, 'id', `stands twice: ${id}; a correction names the record that it supersedes`));
    ids.set(id, at);
    const key = [topic, aspect, place, custodian ?? ''].join('\n');
    for (const earlier of groups.get(key) ?? [])
      if (earlier.rule.id !== id && overlap(earlier.rule.value, at.rule.value))
        faults.push(
          fault(at, 'validFrom', `is in force at the same time as ${earlier.rule.id}, for the same question`),
        );
    groups.set(key, [...(groups.get(key) ?? []), at]);
  }
  return faults;
}

function checkCaps(known: readonly At[], { topics, places }: WholeBase): BaseFault[] {
  const caps = known.flatMap(({ rule }) => {
    const value = moneyOf(rule);
    return rule.aspect === 'cap' && value?.max !== undefined
      ? [{ rule, per: value.per, most: value.max }]
      : [];
  });
  return known.flatMap((at) => {
    const value = moneyOf(at.rule);
    const sums = value && (value.offenses ?? [value]).flatMap(({ min, max }) => max ?? min ?? []);
    if (!value || !sums || sums.length === 0 || at.rule.aspect === 'cap') return [];
    const most = Math.max(...sums);
    const state = placeChain(places, at.rule.place).at(-1);
    // The nearest topic with a limit decides, as closestCap does.
    for (const { id } of topicsUp(topics, at.rule.topic)) {
      const here = caps.filter(
        (cap) => cap.rule.topic === id && cap.rule.place === state && overlap(cap.rule.value, at.rule.value),
      );
      const bound = here.find((cap) => limits(cap.per, at.rule, value) && cap.most < most);
      if (bound)
        return [
          fault(
            at,
            'value',
            `${most} cents is more than the ${bound.most} that ${bound.rule.id} allows; if the city's text says so, record it as a conflict`,
          ),
        ];
      if (here.length > 0) return [];
    }
    return [];
  });
}

/** A limit by the page holds for fees by the page; one by the offense or the day for fines. */
function limits(per: MoneyValue['per'], rule: Rule, value: MoneyValue): boolean {
  if ((fineAspects as readonly string[]).includes(rule.aspect))
    return per === undefined || per === 'offense' || per === 'day';
  return rule.aspect === 'fee' && per !== undefined && per === value.per;
}

function moneyOf(rule: Rule): MoneyValue | undefined {
  return isSpecifiedRule(rule) && rule.value.value.kind === 'money' ? rule.value.value : undefined;
}

function fault({ rule, index }: At, field: string, message: string): BaseFault {
  return { rule: rule.id, index, field, message };
}
