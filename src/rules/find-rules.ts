import { type Answer, closestRule, type Question, type RuleBase } from './closest-rule.ts';
import { type Aspect, knownRules, type Rule } from './rule.ts';
import { type Match, type SearchIndex, search } from './search.ts';
import { phraseOf } from './words.ts';

/** A rule or gap that may answer a question in plain words, with the closest answer for its topic and aspect. */
export type Hit = {
  topic: string;
  aspect: Aspect;
  score: number;
  answer: Exclude<Answer, { found: 'nothing' }>;
};

/**
 * The answers that a question in plain words may mean, best first: pairs of topic and aspect on which something is
 * recorded for these places. A pair scores by the words for its topic, those for its aspect, and the words that the rule
 * itself uses. Without a word for a topic there is no hit.
 */
export function findRules(
  base: RuleBase,
  index: SearchIndex,
  question: string,
  where: Omit<Question, 'topic' | 'aspect'>,
  most = 5,
): Hit[] {
  const found = search(index, question, Number.POSITIVE_INFINITY);
  const [topics, aspects] = [shares(found.topics), shares(found.aspects)];
  const asked = [...new Set(phraseOf(question.slice(0, 500)))];
  const pairs = new Map<string, { rule: Rule; score: number }>();
  for (const rule of knownRules(base.rules, where.knownAt)) {
    const topic = topics.get(rule.topic);
    if (topic === undefined || !where.places.includes(rule.place)) continue;
    if (rule.custodian !== undefined && rule.custodian !== where.custodian) continue;
    const said = wordsOf(rule);
    const common = asked.filter((word) => said.has(word)).length / asked.length;
    // What it is about says more than what is asked of it.
    const score = 2 * topic + (aspects.get(rule.aspect) ?? 0) + common;
    const key = `${rule.topic} ${rule.aspect}`;
    if (score > (pairs.get(key)?.score ?? 0)) pairs.set(key, { rule, score });
  }
  const hits: Hit[] = [];
  for (const { rule, score } of [...pairs.values()].toSorted((a, b) => b.score - a.score)) {
    if (hits.length >= most) break;
    const { topic, aspect } = rule;
    const answer = closestRule(base, { ...where, topic, aspect });
    if (answer.found !== 'nothing') hits.push({ topic, aspect, score, answer });
  }
  return hits;
}

// A record never changes, so its words are taken apart once.
const words = new WeakMap<Rule, Set<string>>();
function wordsOf(rule: Rule): Set<string> {
  const known = words.get(rule) ?? new Set(phraseOf(`${rule.says.en} ${rule.says.es}`));
  words.set(rule, known);
  return known;
}

/** Each score as a share of the best, so that topics and aspects weigh alike. */
function shares<T>(matches: readonly Match<T>[]): Map<T, number> {
  const best = matches[0]?.score ?? 1;
  return new Map(matches.map(({ what, score }) => [what, score / best]));
}
