import { kinship } from './aspect-words.ts';
import { type Answer, closestRule, type Question, type RuleBase } from './closest-rule.ts';
import { type Aspect, knownRules, type Rule } from './rule.ts';
import { type Found, pairKey, type SearchIndex, search } from './search.ts';
import { phraseOf } from './words.ts';

/** A rule or gap that may answer a question in plain words, with the closest answer for its topic and aspect. */
export type Hit = {
  topic: string;
  aspect: Aspect;
  score: number;
  /** The words of the question that speak for the subject and for what is asked of it. */
  words: string[];
  /** The question on file that is most like it, where one is. */
  like?: string;
  answer: Exclude<Answer, { found: 'nothing' }>;
};

/**
 * The answers that a question in plain words may mean, best first: pairs of topic and aspect on which something is
 * recorded for these places. A pair scores by the subject times what is asked of it, by the questions on file that are
 * like this one, and by the words that the rule itself uses. None of the three alone shuts a pair out.
 */
export function findRules(
  base: RuleBase,
  index: SearchIndex,
  question: string,
  where: Omit<Question, 'topic' | 'aspect'>,
  most = 5,
  found: Found = search(index, question, Number.POSITIVE_INFINITY),
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
  const pairs = new Map<string, { rule: Rule; score: number }>();
  for (const rule of rules) {
    const key = pairKey(rule.topic, rule.aspect);
    const subject = topics.get(rule.topic)?.share ?? 0;
    const like = found.asked.get(key)?.score ?? 0;
    if (subject === 0 && like < 0.4) continue;
    const score = 2 * subject * (0.4 + 0.6 * meant(rule.aspect)) + 4 * like + 0.6 * said(rule);
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
      words: [...new Set([...(topics.get(topic)?.words ?? []), ...spoken])],
      ...(like && like.score >= 0.5 ? { like: like.text } : {}),
      answer,
    });
  }
  return hits;
}

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
