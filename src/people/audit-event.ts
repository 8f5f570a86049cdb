import type { Sealed } from '../kit/chain.ts';

/**
 * An audit event says who did what to whom and when. It is written in the transaction of what it tells and never changes;
 * what it said (its content) lies beside it, once present and later perhaps erased under an approved disposition.
 */
export type AuditRow = {
  number: string;
  at: string;
  actor: string;
  kind: string;
  subject: string;
  commitment: Buffer;
  hash: Buffer;
};

export const auditColumns = 'e.number, e.at, e.actor, e.kind, e.subject, e.commitment, e.hash';

/** A row as the chain knows it. */
export function fromAuditRow(row: AuditRow): Sealed {
  return { ...row, number: BigInt(row.number), at: isoTime(row.at) };
}

/**
 * PostgreSQL's `2026-11-20 15:00:00.12+00` as it was sealed: `2026-11-20T15:00:00.120Z`. What we never write
 * (microseconds, a year before Christ) stays as it is, and the chain then finds it changed.
 */
export function isoTime(text: string): string {
  const [, day, time, fraction = ''] =
    /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?\+00$/.exec(text) ?? [];
  return day ? `${day}T${time}.${fraction.padEnd(3, '0')}Z` : text;
}
