import { type Sealed, sealedTime } from '../../kit/chain.ts';

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
  return { ...row, number: BigInt(row.number), at: sealedTime(row.at) };
}
