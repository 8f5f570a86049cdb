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
import type { Answered, AnswerView, StepView } from './question.ts';
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
  return officesNear(book, topic, places).map((slug) => officeName(book, slug));
}

function officesNear(book: Rulebook, topic: string, places: readonly string[]): string[] {
  const here = [...book.current.values()].filter(({ place }) => places.includes(place));
  for (const { id } of topicsUp(book.topics, topic)) {
    const rules = here.filter((rule) => rule.topic === id);
    const duties = rules.filter(({ aspect, offices }) => aspect === 'duty' && offices.length > 0);
    const offices = (duties.length > 0 ? duties : rules).flatMap(actors);
    if (offices.length > 0) return [...new Set(offices)];
  }
  return [];
}

const actors = ({ offices, value }: Rule): string[] => (value.state === 'specified' ? offices : value.ask);

/** Who acts by a rule, or is to be asked about a gap; where it names none, who handles its subject in these places. */
export function officesFor(book: Rulebook, rule: Rule, places: readonly string[]): string[] {
  const own = actors(rule);
  return own.length > 0 ? own : officesNear(book, rule.topic, places);
}

/**
 * The office to turn to: the answer's own; where readings differ, the one that all of them name. Else `unsure`, the offices
 * that the place's data gives for requests of records, and it is said that they are for who is not sure.
 */
export function turnTo(
  book: Rulebook,
  { answer, close, others }: Pick<Answered, 'answer' | 'close' | 'others'>,
  { places }: Where,
  unsure: readonly string[],
): Pick<Answered, 'turnTo'> {
  const contact = (slug: string) => {
    const {
      email = null,
      phone = null,
      address = null,
    } = book.offices.find((one) => one.slug === slug) ?? {};
    return { ...officeName(book, slug), email, phone, address };
  };
  const own = answer?.rule ? book.current.get(answer.rule.id) : undefined;
  const named = (close ?? others).slice(0, 3).map((pair) => pair.offices.map(({ slug }) => slug));
  const known =
    close || !answer
      ? (named[0] ?? []).filter((slug) => named.every((some) => some.includes(slug)))
      : own
        ? officesFor(book, own, places)
        : answer.ask.map(({ slug }) => slug);
  const offices = known.length > 0 ? known : unsure;
  return offices.length === 0
    ? {}
    : { turnTo: { offices: offices.map(contact), unsure: known.length === 0 } };
}
