import type { Rulebook } from '../rulebook/index.ts';
import {
  type Answer,
  type Aspect,
  closestCap,
  closestRule,
  inForce,
  knownRules,
  type Question,
  type Rule,
  topicsUp,
} from '../rules/index.ts';
import type { Language } from '../ui/language.ts';
import type { AnswerView, StepView } from './question.ts';
import { type OfficeName, officeName, placeName, topicName, viewRule } from './rule-view.ts';

export type Where = Omit<Question, 'topic' | 'aspect'>;
const priced: readonly Aspect[] = ['fine', 'fine-repeat', 'fine-continuing', 'fine-daily'];

/** The closest answer as pages show it. Without an aspect, nothing is recorded on the topic at all. */
export function viewAnswer(
  book: Rulebook,
  question: Where & { topic: string; aspect?: Aspect },
  language: Language,
): AnswerView {
  const { topic, aspect } = question;
  const view = (rule: Rule) => viewRule(book, rule, language);
  const names = { id: topic, name: topicName(book, topic, language) };
  if (aspect === undefined) {
    return {
      topic: names,
      found: 'nothing',
      doubts: [],
      chain: [],
      nearest: [],
      analogies: [],
      ofCustodians: [],
      elsewhere: onSubject(book, question).map(view),
      ask: whomToAsk(book, question),
    };
  }
  const answer = closestRule(book, { ...question, aspect });
  const rule = answer.found === 'nothing' ? undefined : view(answer.rule);
  const cap = priced.includes(aspect) ? closestCap(book, question) : undefined;
  const nearest = answer.found === 'gap' ? answer.nearest : [];
  return onceEach({
    topic: names,
    aspect,
    found: answer.found,
    ...(rule ? { rule } : {}),
    doubts: answer.found === 'rule' ? answer.doubts.map(view) : [],
    chain: answer.chain.map((step) => viewStep(book, step)),
    nearest: nearest.map(view),
    analogies: (answer.found === 'rule' ? [] : answer.analogies).map((one) => ({
      rule: view(one.rule),
      way: one.way.map((id) => topicName(book, id, language)),
      reason: one.reason[language],
    })),
    ...(cap?.found === 'rule' && !nearest.includes(cap.rule) ? { cap: view(cap.rule) } : {}),
    ...(answer.found === 'nothing' && answer.widerGap ? { widerGap: view(answer.widerGap) } : {}),
    ...besides(book, { ...question, aspect }, answer, view),
    ask:
      answer.found === 'rule'
        ? []
        : answer.found === 'gap'
          ? answer.ask.map((slug) => officeName(book, slug))
          : whomToAsk(book, question),
  });
}

/** Each rule where it stands first: a page shows none twice. */
function onceEach(answer: AnswerView): AnswerView {
  const shown = new Set(answer.rule ? [answer.rule.id] : []);
  const fresh = ({ id }: { id: string }) => !shown.has(id) && shown.add(id).size > 0;
  const doubts = answer.doubts.filter(fresh);
  const ofCustodians = answer.ofCustodians.filter(fresh);
  const nearest = answer.nearest.filter(fresh);
  const { cap, widerGap, ...rest } = answer;
  return {
    ...rest,
    doubts,
    ofCustodians,
    nearest,
    ...(cap && fresh(cap) ? { cap } : {}),
    ...(widerGap && fresh(widerGap) ? { widerGap } : {}),
    analogies: answer.analogies.filter(({ rule }) => fresh(rule)),
    elsewhere: answer.elsewhere.filter(fresh),
  };
}

/** What one office has of its own, and what other cities say. */
function besides(
  book: Rulebook,
  { topic, aspect, places, custodian, lawDay, knownAt }: Question,
  answer: Answer,
  view: (rule: Rule) => AnswerView['nearest'][number],
): Pick<AnswerView, 'ofCustodians' | 'elsewhere'> {
  const same = knownRules(book.rules, knownAt).filter(
    (rule) => rule.topic === topic && rule.aspect === aspect && inForce(rule.value, lawDay),
  );
  const others = same.filter(({ place, value }) => !places.includes(place) && value.state === 'specified');
  const elsewhere =
    answer.found === 'nothing' && others.length === 0
      ? onSubject(book, { topic, places, lawDay, knownAt })
      : answer.found === 'rule'
        ? []
        : others;
  return {
    ofCustodians: same
      .filter(
        (rule) => rule.custodian !== undefined && rule.custodian !== custodian && places.includes(rule.place),
      )
      .map(view),
    elsewhere: elsewhere.map(view),
  };
}

/** What other cities state on the subject, whatever is asked of it: all that can be shown where nothing is recorded. */
function onSubject(book: Rulebook, { topic, places, lawDay, knownAt }: Where & { topic: string }): Rule[] {
  return knownRules(book.rules, knownAt)
    .filter(
      (rule) =>
        rule.topic === topic &&
        rule.value.state === 'specified' &&
        !places.includes(rule.place) &&
        inForce(rule.value, lawDay),
    )
    .slice(0, 5);
}

function viewStep(
  book: Rulebook,
  { place, custodian, state, rule, used }: Answer['chain'][number],
): StepView {
  return {
    place: placeName(book, place),
    ...(custodian === undefined ? {} : { custodian: officeName(book, custodian).name }),
    state,
    ...(rule ? { ruleId: rule.id } : {}),
    used,
  };
}

/**
 * Whom to ask where no record says it: the offices that are responsible for the subject, or that its
 * other rules name; else those of the nearest wider subject.
 */
function whomToAsk(book: Rulebook, { topic, places }: Where & { topic: string }): OfficeName[] {
  const here = [...book.current.values()].filter(({ place }) => places.includes(place));
  for (const { id } of topicsUp(book.topics, topic)) {
    const rules = here.filter((rule) => rule.topic === id);
    const duties = rules.filter(({ aspect }) => aspect === 'duty');
    const offices = (duties.length > 0 ? duties : rules).flatMap((rule) => [
      ...rule.offices,
      ...(rule.value.state === 'specified' ? [] : rule.value.ask),
    ]);
    if (offices.length > 0) return [...new Set(offices)].map((slug) => officeName(book, slug));
  }
  return frontDoor(book, places);
}

/** The two offices that the gaps of the nearest place name most often as the ones to ask. */
export function frontDoor(book: Rulebook, places: readonly string[]): OfficeName[] {
  for (const place of places) {
    const count = new Map<string, number>();
    for (const rule of book.current.values()) {
      if (rule.place !== place || rule.value.state === 'specified') continue;
      for (const slug of rule.value.ask) count.set(slug, (count.get(slug) ?? 0) + 1);
    }
    const most = [...count].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 2);
    if (most.length > 0) return most.map(([slug]) => officeName(book, slug));
  }
  return [];
}
