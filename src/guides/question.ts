import type { Aspect, Citation, Outside } from '../rules/index.ts';
import type { OfficeName, RuleView } from './rule-view.ts';

/** A question of a place about rules, and what is recorded. Safe for the browser. */
export const longestQuestion = 500;

/** What was filled in, as text. */
export type AskedOf = {
  q: string;
  place: string;
  topic: string;
  aspect: string;
  custodian: string;
  day: string;
};
/** One place on the way to the closest rule. */
export type StepView = {
  place: string;
  custodian?: string;
  state: RuleView['state'] | 'none';
  ruleId?: string;
  used: boolean;
};
export type AnswerView = {
  topic: { id: string; name: string };
  /** Absent where the question named a subject only, and nothing is recorded on it. */
  aspect?: Aspect;
  found: 'rule' | 'gap' | 'nothing';
  rule?: RuleView;
  doubts: RuleView[];
  chain: StepView[];
  /** Other rules that the gap itself names. */
  nearest: RuleView[];
  /** Rules on a wider subject: only proposed. */
  analogies: { rule: RuleView; way: string[]; reason: string }[];
  /** The limit that state law sets, where a fine was asked for. */
  cap?: RuleView;
  widerGap?: RuleView;
  /** Rules of one office alone, for what it holds. */
  ofCustodians: RuleView[];
  /** What other cities say on the same; it does not apply here. */
  elsewhere: RuleView[];
  ask: OfficeName[];
};
/** A pair of topic and aspect with something recorded. */
export type Pair = {
  rule: string;
  topic: { id: string; name: string };
  aspect: Aspect;
  found: 'rule' | 'gap';
  says: string;
  state: RuleView['state'];
  cite: Citation[];
  /** Who acts by it; where it is a gap, whom to ask. */
  offices: OfficeName[];
};
/** Whom to turn to, with what is stated of how to reach them; `unsure`: where no office is known to be the right one. */
export type TurnTo = { offices: OfficeContact[]; unsure: boolean };
export type OfficeContact = OfficeName & {
  email: string | null;
  phone: string | null;
  address: string | null;
};
/** The words of the question that speak for a reading, and the question on file that is like it. */
export type Why = { words: string[]; like?: string };
export type TopicNode = { id: string; name: string; depth: number; recorded: number };
export type Choices = {
  places: { slug: string; name: string; kind: string }[];
  topics: TopicNode[];
  offices: OfficeName[];
};
export type Answered = {
  asked: AskedOf;
  choices: Choices;
  place?: { slug: string; name: string; timeZone: string; city?: { slug: string; name: string } };
  /** The place that the question names, where another was chosen. */
  alsoNamed?: { slug: string; name: string };
  /** A place was typed that is none of ours. */
  unknownPlace?: string;
  /** A place that the question names and that is none of ours, as typed. */
  absentPlace?: string;
  /** The question seems to be no matter of a city. */
  outside?: Outside;
  /** The words that carry the question and that the rules do not know. */
  strange?: string[];
  lawDay?: string;
  answer?: AnswerView;
  /** Why the question was read as the answer's topic and aspect. */
  why?: Why;
  /** The readings that lie so close together, or are so weak, that none of them is taken: the first is the answer's. */
  close?: Pair[];
  /** The office for what was answered; where readings differ, theirs stand with them, and this is for who is not sure. */
  turnTo?: TurnTo;
  /** What was asked, where the answer is only the closest on file: on the same subject, but on something else of it. */
  notExactly?: Aspect;
  /** Other readings of the question, or all that is recorded on the topic. */
  others: Pair[];
  /** Words were given, and nothing in them was understood. */
  notUnderstood: boolean;
};

/** The address that asks this again, with changes; empty fields are left out. */
export function askHref(language: string, asked: Partial<AskedOf>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) if (value) query.set(name, value);
  return `/${language}/ask${query.size > 0 ? `?${query}` : ''}`;
}

/** Where a question to an office is written. A gap names itself; else place, topic and what was asked are passed on. */
export function officeHref(
  language: string,
  about: { rule?: string; place?: string; topic?: string; aspect?: string; question?: string },
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(about)) if (value) query.set(name, value);
  return `/${language}/questions/new?${query}`;
}
