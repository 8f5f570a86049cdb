import type { Citation } from '../rules/index.ts';
import type { RuleView } from './rule-view.ts';

/** A guide as its page shows it, in one language. Safe for the browser. */
export type Fact = {
  /** Where footnotes lead back to. */
  anchor: string;
  /** Absent where the guide names a rule that is no longer recorded. */
  rule?: RuleView;
  /** Numbers of its footnotes. */
  notes: number[];
  /** It is law no more, or not yet. */
  notNow: boolean;
};
export type GuideItemView =
  | { kind: 'text'; text: string }
  | { kind: 'rule'; fact: Fact }
  | { kind: 'question'; text: string; facts: Fact[] }
  | { kind: 'step'; text: string; facts: Fact[] };
export type GuideView = {
  slug: string;
  place: { slug: string; name: string };
  neighborhoods: string[];
  title: string;
  lead: string;
  sections: { id: string; title: string; items: GuideItemView[] }[];
  /** Footnotes in the order of their first use; `uses` are the anchors of the facts. */
  notes: { number: number; cite: Citation; uses: string[] }[];
  words: { term: string; text: string }[];
  gaps: number;
  facts: number;
};
export type GuideEntry = {
  place: string;
  slug: string;
  title: string;
  lead: string;
  sections: { id: string; title: string }[];
};

/** One text is one footnote, wherever it is used. */
export const noteKey = (cite: Citation): string =>
  [cite.instrument, cite.locator, cite.how, cite.readAt].join('\n');
