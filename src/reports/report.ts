/**
 * A report that data are missing, wrong or should not be public. It is *received* until the office answers: it may say that
 * it *needs time*, and ends the case as *fixed* or *no fault*. No source gives an office a day for it, so there is none.
 * Safe for the browser.
 */
export const reportKind = 'report';
/** In the case's number: DAN-RPT-2026-00012. */
export const reportLetters = 'RPT';

export const faults = [
  'missing-dataset',
  'missing-readings',
  'wrong-values',
  'wrong-description',
  'not-public',
] as const;
export type Fault = (typeof faults)[number];

/** What an answer makes of it; `reply` alone says something and leaves it as it is. */
export const outcomes = ['reply', 'needs-time', 'fixed', 'no-fault'] as const;
export type Outcome = (typeof outcomes)[number];

/** The state after an answer; undefined where none can be given any more. */
export function afterAnswer(state: string, outcome: Outcome): string | undefined {
  if (state !== 'received' && state !== 'needs-time') return undefined;
  return outcome === 'reply' ? state : outcome;
}
export const isEnd = (state: string): boolean => state === 'fixed' || state === 'no-fault';

/** How long the texts may be, in characters. */
export const longest = { spot: 300, said: 2000, name: 120, address: 300, reply: 5000 };

/** As the form sends it. */
export type Reported = {
  what: string;
  /** The name in the dataset's address; empty for one that is missing. */
  dataset: string;
  /** The city, where no dataset tells it. */
  place: string;
  /** 2026-11-25, by the city's clock. */
  from: string;
  to: string;
  spot: string;
  said: string;
  name: string;
  address: string;
  email: string;
  language: string;
};
export const reportFields = [
  'do',
  'secret',
  'what',
  'dataset',
  'place',
  'from',
  'to',
  'spot',
  'said',
  'name',
  'address',
  'email',
  'language',
] as const;
export type ReportValues = Record<(typeof reportFields)[number], string>;

export function valuesOf(fields: FormData): ReportValues {
  return Object.fromEntries(
    reportFields.map((name) => [name, String(fields.get(name) ?? '')]),
  ) as ReportValues;
}
