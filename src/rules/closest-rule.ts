import {
  type Aspect,
  type Bilingual,
  isSpecifiedRule,
  knownRules,
  type Rule,
  type SpecifiedRule,
} from './rule.ts';
import { type Citation, type Day, type Instant, inForce } from './sourced.ts';
import { type Topic, topicsUp } from './topic.ts';

export type RuleBase = { rules: readonly Rule[]; topics: readonly Topic[] };
export type Question = {
  topic: string;
  aspect: Aspect;
  /** Nearest first, the state last; see placeChain. */
  places: readonly string[];
  /** The office that holds the record or the data: its own rules come before its city's. */
  custodian?: string;
  /** The day whose law is asked for. */
  lawDay: Day;
  /** As the rules were known then: an old decision is replayed with its own time. */
  knownAt: Instant;
};
/** One place on the way, with the record found there, if any. */
export type Step = {
  place: string;
  custodian?: string;
  state: Rule['value']['state'] | 'none';
  rule?: Rule;
  used: boolean;
};
/** A rule on a wider subject. Never used by itself: a second reviewer has to agree. */
export type Analogy = { rule: SpecifiedRule; way: string[]; reason: Bilingual; needsSecondReviewer: true };
export type Answer =
  | { found: 'rule'; rule: SpecifiedRule; doubts: Rule[]; chain: Step[] }
  | {
      found: 'gap';
      rule: Rule;
      pagesRead: Citation[];
      ask: string[];
      nearest: Rule[];
      analogies: Analogy[];
      chain: Step[];
    }
  /** `widerGap`: the nearest gap record on a wider subject, for its pages and whom to ask. */
  | { found: 'nothing'; widerGap?: Rule; analogies: Analogy[]; chain: Step[] };

/**
 * The closest applicable rule: the first specified one in force by place, at each place the custodian's own before the
 * general one. `doubts` are nearer records that are unverified or in conflict: they are shown, and forbid a price.
 * Without a specified rule, the nearest gap record with whom to ask; rules on wider subjects are only proposed.
 */
export function closestRule(base: RuleBase, question: Question): Answer {
  const known = inForceRules(base, question);
  const chain = walk(known, question);
  const used = chain.find(({ state }) => state === 'specified');
  if (used?.rule && isSpecifiedRule(used.rule)) {
    used.used = true;
    const doubts = chain
      .slice(0, chain.indexOf(used))
      .flatMap(({ rule, state }) => (rule && (state === 'unverified' || state === 'conflict') ? [rule] : []));
    return { found: 'rule', rule: used.rule, doubts, chain };
  }
  const analogies = analogiesFor(base.topics, known, question);
  const gap = chain.find(({ rule }) => rule)?.rule;
  if (!gap || gap.value.state === 'specified') {
    const widerGap = widerGapFor(base.topics, known, question);
    return { found: 'nothing', ...(widerGap ? { widerGap } : {}), analogies, chain };
  }
  return {
    found: 'gap',
    rule: gap,
    pagesRead: pagesOf(gap),
    ask: gap.value.ask,
    nearest: nearestOf(gap).flatMap((id) => known.filter((rule) => rule.id === id)),
    analogies,
    chain,
  };
}

function inForceRules({ rules }: RuleBase, { lawDay, knownAt }: Question): Rule[] {
  return knownRules(rules, knownAt).filter(({ value }) => inForce(value, lawDay));
}

function walk(known: readonly Rule[], { topic, aspect, places, custodian }: Question): Step[] {
  const asked = known.filter((rule) => rule.topic === topic && rule.aspect === aspect);
  return places.flatMap((place) => {
    const here = asked.filter((rule) => rule.place === place).toSorted(latestFirst);
    const general = here.find((rule) => rule.custodian === undefined);
    const own = custodian === undefined ? undefined : here.find((rule) => rule.custodian === custodian);
    const step = (rule: Rule): Step => ({
      place,
      ...(rule.custodian === undefined ? {} : { custodian: rule.custodian }),
      state: rule.value.state,
      rule,
      used: false,
    });
    const steps = [own, general].flatMap((rule) => (rule ? [step(rule)] : []));
    return steps.length > 0 ? steps : [{ place, state: 'none' as const, used: false }];
  });
}

// checkRuleBase refuses two at once; should they be there all the same, the answer is still the same every time.
function latestFirst(a: Rule, b: Rule): number {
  return Date.parse(b.recordedAt) - Date.parse(a.recordedAt) || (a.id < b.id ? -1 : 1);
}

function analogiesFor(topics: readonly Topic[], known: readonly Rule[], question: Question): Analogy[] {
  const [asked, ...wider] = topicsUp(topics, question.topic);
  if (!asked) return [];
  for (const [index, topic] of wider.entries()) {
    const rule = walk(known, { ...question, topic: topic.id }).find(
      ({ state }) => state === 'specified',
    )?.rule;
    if (!rule || !isSpecifiedRule(rule)) continue;
    const way = [asked.id, ...wider.slice(0, index + 1).map(({ id }) => id)];
    const reason = {
      en: `No rule that is specified names “${asked.name.en}”. “${topic.name.en}” is the nearest wider subject with one.`,
      es: `Ninguna norma precisada nombra «${asked.name.es}». «${topic.name.es}» es la materia más amplia y cercana que la tiene.`,
    };
    return [{ rule, way, reason, needsSecondReviewer: true }];
  }
  return [];
}

function widerGapFor(topics: readonly Topic[], known: readonly Rule[], question: Question): Rule | undefined {
  for (const { id } of topicsUp(topics, question.topic).slice(1)) {
    const step = walk(known, { ...question, topic: id }).find(
      ({ rule, state }) => rule && state !== 'specified',
    );
    if (step) return step.rule;
  }
  return undefined;
}

/** The texts that were read for a rule or gap. */
export function pagesOf({ value }: Rule): Citation[] {
  if (value.state === 'not-specified') return value.pagesRead;
  if (value.state === 'conflict')
    return value.candidates.flatMap((one) => (one.state === 'not-specified' ? one.pagesRead : one.cite));
  return value.cite;
}

function nearestOf({ value }: Rule): string[] {
  return value.state === 'not-specified' ? (value.nearest ?? []) : [];
}

/**
 * The limit that state law sets on that topic. A limit on a wider subject holds for what is part of it (one on ordinances
 * for every ordinance): this is containment, no analogy, so the nearest limit up the tree is used.
 */
export function closestCap(base: RuleBase, question: Omit<Question, 'aspect'>): Answer {
  const places = question.places.slice(-1);
  const ask = (topic: string) => closestRule(base, { ...question, topic, aspect: 'cap', places });
  for (const { id } of topicsUp(base.topics, question.topic)) {
    const answer = ask(id);
    if (answer.found !== 'nothing') return answer;
  }
  return ask(question.topic);
}

/** Offices that have rules of their own on the question, so that a page can offer their answers beside the general one. */
export function custodiansOf(base: RuleBase, question: Omit<Question, 'custodian'>): string[] {
  const { topic, aspect, places } = question;
  const asked = inForceRules(base, question).filter(
    (rule) => rule.topic === topic && rule.aspect === aspect && places.includes(rule.place),
  );
  return [...new Set(asked.flatMap(({ custodian }) => custodian ?? []))].toSorted();
}
