import { check, emptyHead, type Head, isCommitted, type Sealed, sealedTime } from '../../kit/chain.ts';
import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { checkPermission } from '../../people/index.ts';
import { hashOfParts } from './certify.ts';

export type CertificateVerification = { certificates: number; faults: string[] };

type Row = {
  number: string;
  at: string;
  actor: string;
  kind: string;
  subject: string;
  commitment: Buffer;
  hash: Buffer;
  salt: Buffer;
  content: string;
  /** The hash that the audit log tells of it; null where its content was erased, or there is no such event. */
  audited: string | null;
  event: boolean;
  readings: number;
};

type Content = {
  readings: number;
  sha256: string;
  parts: { datastream: string; readings: number; sha256: string }[];
};

/**
 * Walks the chain of certificates of destruction and names what does not hold: one that was changed, is missing or was
 * added, one whose figures do not add up or differ from what its run kept, and one that the audit log does not tell of, or
 * tells of otherwise. Errors: not-allowed.
 */
export async function verifyCertificates(ctx: Ctx): Promise<CertificateVerification> {
  checkPermission(ctx, 'verify-certificates');
  return withTransaction(ctx.app, async (tx) => {
    await tx.query('set transaction isolation level repeatable read, read only');
    const faults: string[] = [];
    const { rows } = await tx.query<Row>(
      `select c.number::text, c.at, c.actor, c.kind, c.subject, c.commitment, c.hash, c.salt, c.content::text as content,
         e.hash as audited, e.number is not null as event,
         (select coalesce(sum(p.readings), 0)::int from private.destruction_part p where p.run_id = c.run_id) as readings
       from private.destruction_certificate c left join lateral (
         select v.number, x.content ->> 'hash' as hash from private.audit_event v
         left join private.audit_content x on x.number = v.number
         where v.kind = 'readings-destroyed' and v.subject = c.subject
           and (x.content is null or x.content ->> 'certificate' = c.number::text)
         order by x.content is null limit 1) e on true
       order by c.number`,
    );
    let head: Head = emptyHead;
    for (const row of rows) {
      const sealed: Sealed = { ...row, number: BigInt(row.number), at: sealedTime(row.at) };
      const name = `Certificate ${row.number}`;
      const wrong = check(head, sealed);
      if (wrong === 'missing') faults.push(`Certificate ${head.number + 1n} is missing.`);
      else if (wrong) faults.push(`${name} was changed.`);
      if (!isCommitted({ salt: row.salt, text: row.content }, row.commitment))
        faults.push(`${name}: what it says was changed.`);
      const content = JSON.parse(row.content) as Content;
      const sum = content.parts.reduce((total, part) => total + part.readings, 0);
      if (sum !== content.readings || row.readings !== content.readings)
        faults.push(`${name}: its counts do not add up to those of its run.`);
      if (hashOfParts(content.parts) !== content.sha256)
        faults.push(`${name}: its hash is not that of its parts.`);
      if (!row.event) faults.push(`${name}: the audit log does not tell of it.`);
      else if (row.audited !== null && row.audited !== row.hash.toString('hex'))
        faults.push(`${name}: the audit log tells of another.`);
      head = sealed;
    }
    const { rows: heads } = await tx.query<{ number: string; hash: Buffer }>(
      'select number, hash from private.certificate_head',
    );
    const kept = heads[0];
    if (!kept || BigInt(kept.number) !== head.number || !kept.hash.equals(head.hash))
      faults.push(
        kept && BigInt(kept.number) > head.number
          ? `The certificates after ${head.number} are missing.`
          : 'The head of the certificates is not their last; one of them was changed.',
      );
    const { rows: lost } = await tx.query<{ certificate: string }>(
      `select distinct x.content ->> 'certificate' as certificate from private.audit_event v
       join private.audit_content x on x.number = v.number
       where v.kind = 'readings-destroyed' and not exists (
         select from private.destruction_certificate c where c.number::text = x.content ->> 'certificate')`,
    );
    for (const { certificate } of lost)
      faults.push(`Certificate ${certificate}: the audit log tells of it, and it is gone.`);
    return { certificates: rows.length, faults };
  });
}
