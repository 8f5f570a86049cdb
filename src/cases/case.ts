/**
 * A case is something that somebody brought before an office, with a number, a history that is only added to, and days by
 * which things must happen. It is open until it is closed. What it is about, the states it goes through and who may move
 * it on belong to the feature that owns its kind (`question`, `records-request` …); this room keeps what all share and
 * never learns what a permit is. Safe for the browser.
 */
export type Case = {
  id: string;
  /** DAN-ASK-2026-00012: city, kind, year in the city's zone, and a number without gaps. */
  number: string;
  kind: string;
  state: string;
  place: string;
  office: string | null;
  assignee: string | null;
  title: string;
  openedAt: string;
  closedAt: string | null;
  dueAt: string | null;
  /** It stands first in the queue, whatever its days are. */
  urgent: boolean;
};

/** `parties` see it by their private link; `office` is for staff alone. */
export type Audience = 'parties' | 'office';

export type CaseEvent = {
  number: number;
  at: string;
  actor: string;
  kind: string;
  audience: Audience;
  /** null: erased under an approved disposition. */
  content: Record<string, unknown> | null;
};

/** The columns of private.case_record `c` as a Case. */
export const caseColumns = `c.id::text, c.number, c.kind, c.state, c.place, c.office, c.assignee::text, c.title,
  c.opened_at as "openedAt", c.closed_at as "closedAt", case when isfinite(c.due_at) then c.due_at end as "dueAt", c.urgent`;

/** A case number as people write it, in the form in which it is stored; undefined when it is none. */
export function parseCaseNumber(text: string): string | undefined {
  const found = /^([A-Z]{2,4})-([A-Z]{2,4})-(\d{4})-(\d{1,7})$/.exec(text.trim().toUpperCase());
  if (!found) return undefined;
  const [, city, kind, year, count = ''] = found;
  return `${city}-${kind}-${year}-${count.padStart(5, '0')}`;
}

/** How long a remark by a private link may be, in characters. */
export const longestRemark = 2000;
/** What is sent in from one address in an hour, and receipts to one mail address in a day: defaults of the software; no law sets them. */
export const mostSent = { requests: 20, seconds: 3600 };
export const mostReceipts = { requests: 10, seconds: 86_400 };
