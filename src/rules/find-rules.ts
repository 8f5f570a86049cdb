import { kinship } from './aspect-words.ts';
import { type Answer, closestRule, type Question, type RuleBase } from './closest-rule.ts';
import { type Aspect, knownRules, type Rule } from './rule.ts';
import { type Found, pairKey, type SearchIndex, search } from './search.ts';
import { topicsUp } from './topic.ts';
import { phraseOf } from './words.ts';

/** A rule or gap that may answer a question in plain words, with the closest answer for its topic and aspect. */
export type Hit = {
  topic: string;
  aspect: Aspect;
  score: number;
  /** The words of the question that speak for the subject and for what is asked of it. */
  words: string[];
  /** How much of what the question tells this topic, aspect and rule speak of, from 0 to 1. */
  cover: number;
  /** How well the aspect goes with what is asked, from 0 to 1. */
  fit: number;
  /** The question on file that is most like it, where one is. */
  like?: string;
  answer: Exclude<Answer, { found: 'nothing' }>;
};

/**
 * The answers that a question in plain words may mean, best first: pairs of topic and aspect on which something is
 * recorded for these places. A pair scores by the subject times what is asked of it, by the questions on file that are
 * like this one, and by the words that the rule itself uses. None of the three alone shuts a pair out. With `anySubject`, the
 * rules on what is asked are looked for whatever their subject is.
 */
export function findRules(
  base: RuleBase,
  index: SearchIndex,
  question: string,
  where: Omit<Question, 'topic' | 'aspect'>,
  most = 5,
  found: Found = search(index, question, Number.POSITIVE_INFINITY),
  anySubject = false,
): Hit[] {
  const bestTopic = found.topics[0]?.score ?? 1;
  const topics = new Map(
    found.topics.map(({ what, score, words }) => [what, { share: score / bestTopic, words }]),
  );
  const meant = aspectsMeant(found);
  const rules = knownRules(base.rules, where.knownAt).filter(
    (rule) =>
      where.places.includes(rule.place) &&
      (rule.custodian === undefined || rule.custodian === where.custodian),
  );
  const said = wordsSaid(rules, question);
  const covers = covering(index, found);
  const pairs = new Map<string, { rule: Rule; score: number }>();
  for (const rule of rules) {
    const key = pairKey(rule.topic, rule.aspect);
    const like = found.asked.get(key)?.score ?? 0;
    const subject = anySubject ? 1 : (topics.get(rule.topic)?.share ?? 0);
    if (anySubject ? meant(rule.aspect) < 0.8 : subject === 0 && like < 0.4) continue;
    const cover = covers(rule, rule.topic, rule.aspect);
    const score =
      2 * subject * (0.4 + 0.6 * meant(rule.aspect)) +
      4 * like +
      0.6 * said(rule) +
      cover +
      (anySubject ? nearness(base, rule, where.places) : 0);
    if (score > (pairs.get(key)?.score ?? 0)) pairs.set(key, { rule, score });
  }
  const hits: Hit[] = [];
  const shown = new Set<Rule>();
  for (const [key, { rule, score }] of [...pairs].toSorted((a, b) => b[1].score - a[1].score)) {
    if (hits.length >= most) break;
    const { topic, aspect } = rule;
    const answer = closestRule(base, { ...where, topic, aspect });
    if (answer.found === 'nothing' || shown.has(answer.rule)) continue;
    shown.add(answer.rule);
    const spoken = found.aspects.find(({ what }) => what === aspect)?.words ?? [];
    const like = found.asked.get(key);
    hits.push({
      topic,
      aspect,
      score,
      fit: meant(aspect),
      cover: covers(answer.rule, topic, aspect),
      words: [...new Set([...(topics.get(topic)?.words ?? []), ...spoken])],
      ...(like && like.score >= 0.5 ? { like: like.text } : {}),
      answer,
    });
  }
  return hits;
}

/**
 * The part of the telling words that a rule covers: by the words of its subject, by how its aspect or one of the kin is asked
 * for, by the questions on file for it, or by what it says. A word that the rules do not know counts against every rule.
 */
function covering(
  index: SearchIndex,
  { telling, aspects, topics }: Found,
): (rule: Rule, topic: string, aspect: Aspect) => number {
  const subjects = new Map(topics.map(({ what, words }) => [what, words]));
  const whole = telling.reduce((sum, { weight }) => sum + weight, 0) || 1;
  const asking = telling.map(({ typed }) => aspects.filter(({ words }) => words.includes(typed)));
  const asks = new Map<Aspect, number[]>();
  return (rule, topic, aspect) => {
    const kin =
      asks.get(aspect) ?? asking.map((some) => Math.max(0, ...some.map(({ what }) => kinship(what, aspect))));
    asks.set(aspect, kin);
    const together = index.together.get(pairKey(topic, aspect));
    const says = wordsOf(rule);
    const covered = telling.map(({ typed, weight, meant }, at) => {
      if (subjects.get(topic)?.includes(typed)) return weight;
      let most = kin[at] ?? 0;
      for (const [word, sure] of meant)
        most = Math.max(most, together?.has(word) ? sure : says.has(word) ? 0.8 * sure : 0);
      return weight * most;
    });
    return covered.reduce((sum, each) => sum + each, 0) / whole;
  };
}

/** Where no subject is named, rules of the place itself are nearer than the state's, and those of a wide subject than of a narrow one. */
const nearness = ({ topics }: RuleBase, { topic, place }: Rule, places: readonly string[]) =>
  (place === places.at(-1) ? 0 : 0.5) - 0.2 * topicsUp(topics, topic).length;

/** How well an aspect goes with what is asked, from 0 to 1; its kin count in part. Where nothing is said, all alike. */
function aspectsMeant({ aspects }: Found): (aspect: Aspect) => number {
  const best = aspects[0]?.score;
  if (best === undefined) return () => 0.5;
  const meant = new Map<Aspect, number>();
  return (aspect) => {
    const known = meant.get(aspect);
    if (known !== undefined) return known;
    const most = Math.max(...aspects.map(({ what, score }) => (score / best) * kinship(what, aspect)));
    meant.set(aspect, most);
    return most;
  };
}

/** The part of the question's words that a rule says itself, rare words first. */
function wordsSaid(rules: readonly Rule[], question: string): (rule: Rule) => number {
  const asked = [...new Set(phraseOf(question.slice(0, 500)))];
  const weight = new Map(
    asked.map((word) => {
      const n = rules.filter((rule) => wordsOf(rule).has(word)).length;
      return [word, n === 0 ? 0 : Math.log(1 + rules.length / n)];
    }),
  );
  const whole = [...weight.values()].reduce((sum, each) => sum + each, 0) || 1;
  return (rule) =>
    asked.reduce((sum, word) => sum + (wordsOf(rule).has(word) ? (weight.get(word) ?? 0) : 0), 0) / whole;
}

// A record never changes, so its words are taken apart once.
const words = new WeakMap<Rule, Set<string>>();
function wordsOf(rule: Rule): Set<string> {
  const known = words.get(rule) ?? new Set(phraseOf(`${rule.says.en} ${rule.says.es}`));
  words.set(rule, known);
  return known;
}
