import type { Rulebook, RulebookOffice } from '../rulebook/index.ts';
import {
  type Aspect,
  type Citation,
  type Rule,
  type RuleValue,
  type Sourced,
  topicsUp,
} from '../rules/index.ts';
import type { Language } from '../ui/language.ts';
import { stateName } from './state-names.ts';

/** What pages show of a rule, in one language. Made on the server; safe for the browser. */
export type OfficeName = { slug: string; name: string; place: string };
type Says = { cite: Citation[]; value?: RuleValue; checkedAt?: string; validFrom?: string; validTo?: string };
export type CandidateView = Says & { state: 'specified' | 'not-specified' | 'unverified' };
export type RuleView = Says & {
  id: string;
  topic: { id: string; name: string };
  aspect: Aspect;
  place: { slug: string; name: string; isState: boolean };
  custodian?: OfficeName;
  /** The office that the rule states as its value. */
  stated?: OfficeName;
  says: string;
  state: Rule['value']['state'];
  offices: OfficeName[];
  /** Whom to ask; empty where nothing is open. */
  ask: OfficeName[];
  /** What the sources of a conflict say. */
  candidates: CandidateView[];
  /**
   * For a period that no source rolls on from a closed day: whom to ask about it; empty where no office is named.
   * Absent where there is nothing to say: no period, business days, or a look back.
   */
  openEnd?: OfficeName[];
};

export function viewRule(book: Rulebook, rule: Rule, language: Language): RuleView {
  const { value } = rule;
  return {
    id: rule.id,
    topic: { id: rule.topic, name: topicName(book, rule.topic, language) },
    aspect: rule.aspect,
    place: {
      slug: rule.place,
      name: placeName(book, rule.place),
      isState: !book.places.some(({ slug }) => slug === rule.place),
    },
    ...(rule.custodian === undefined ? {} : { custodian: officeName(book, rule.custodian) }),
    ...(value.state === 'specified' && value.value.kind === 'office'
      ? { stated: officeName(book, value.value.office) }
      : {}),
    says: rule.says[language],
    state: value.state,
    offices: rule.offices.map((slug) => officeName(book, slug)),
    ask: value.state === 'specified' ? [] : value.ask.map((slug) => officeName(book, slug)),
    candidates: value.state === 'conflict' ? value.candidates.map(candidate) : [],
    ...(endsOpen(rule) ? { openEnd: officesNear(book, rule).map((slug) => officeName(book, slug)) } : {}),
    ...sayings(value),
  };
}

/** A period whose last day may be a closed one; of business days the last is none, and a look back ends today. */
function endsOpen({ value, aspect }: Rule): boolean {
  const said = value.state === 'conflict' ? value.candidates : [value];
  return said.some(
    (one) =>
      one.state === 'specified' &&
      one.value.kind === 'period' &&
      one.value.unit !== 'business-day' &&
      aspect !== 'look-back',
  );
}

/**
 * Who acts by the rule; else who is to be asked, or acts, by other rules of its place on the subject, or on the next wider
 * one with all below it. The widest subject of all is no reason to send somebody anywhere.
 */
function officesNear(book: Rulebook, rule: Rule): string[] {
  if (rule.offices.length > 0) return rule.offices;
  const here = [...book.current.values()].filter(({ place }) => place === rule.place);
  for (const { id, parent } of topicsUp(book.topics, rule.topic)) {
    if (parent === undefined) break;
    const on = here.filter(({ topic }) => topicsUp(book.topics, topic).some((up) => up.id === id));
    const asked = on.flatMap(({ value, offices }) => (value.state === 'specified' ? offices : value.ask));
    if (asked.length > 0) return [...new Set(asked)].slice(0, 3);
  }
  return [];
}

const candidate = (value: Sourced<RuleValue>): CandidateView => ({
  state: value.state as CandidateView['state'],
  ...sayings(value),
});

/** A value is shown as one where a source states it; elsewhere only as part of a conflict, beside its own source. */
function sayings(value: Sourced<RuleValue>): Says {
  const { validFrom, validTo } = value;
  const validity = { ...(validFrom ? { validFrom } : {}), ...(validTo ? { validTo } : {}) };
  switch (value.state) {
    case 'specified':
      return { cite: value.cite, value: value.value, ...validity };
    case 'not-specified':
      return { cite: value.pagesRead, checkedAt: value.checkedAt, ...validity };
    case 'unverified':
      return { cite: value.cite, ...validity };
    case 'conflict':
      return { cite: [], ...validity };
  }
}

export function topicName(book: Rulebook, id: string, language: Language): string {
  return book.topics.find((topic) => topic.id === id)?.name[language] ?? id;
}

/** A place's name; of a state's two letters, the state's. */
export function placeName(book: Rulebook, slug: string): string {
  return book.places.find((place) => place.slug === slug)?.name ?? stateName(slug);
}

export function officeName(book: Rulebook, slug: string): OfficeName {
  const office: RulebookOffice | undefined = book.offices.find((each) => each.slug === slug);
  return { slug, name: office?.name ?? slug, place: office?.place ?? '' };
}
