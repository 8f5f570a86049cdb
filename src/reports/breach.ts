/**
 * Personal data that got out: a case that is opened in the transaction that takes a dataset down. It is *open* until
 * somebody states what was done (*closed*). What the law orders in such a case is no rule on file; its tasks say so.
 * Safe for the browser.
 */
export const breachKind = 'breach';
/** In the case's number: DAN-BRE-2026-00003. */
export const breachLetters = 'BRE';
export const redactions = ['ordered', 'not-needed'] as const;
export const breachTasks = ['notify', 'correct', 'review'] as const;
export const longestText = { reason: 1000, source: 300, statement: 5000 };

/** What was exposed, since when and to whom, as far as was known when it was taken down. */
export type Exposure = {
  dataset: string;
  title: string;
  access: string;
  listed: boolean;
  policyVersion: number;
  /** Since when what was released could be seen in this form, and until when. */
  since: string;
  until: string;
  columns: { name: string; sensitivity: string | null }[];
  datastreams: number;
  readings: number;
  /** Of its table, as they were released. */
  rows: number;
  firstAt: string | null;
  lastAt: string | null;
  /** Requests that showed a key, by key and day (UTC). Who asked without one, nobody knows. */
  keys: {
    key: string;
    name: string;
    holder: string | null;
    day: string;
    requests: number;
    bytes: number;
  }[];
  versions: { number: number; at: string; checksum: string }[];
  files: { name: string; checksum: string | null }[];
};
