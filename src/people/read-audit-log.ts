import type { JsonObject } from '../kit/chain.ts';
import type { Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import { type AuditRow, auditColumns, isoTime } from './audit-event.ts';
import { checkPermission } from './permissions.ts';

export type AuditEvent = {
  number: string;
  /** ISO 8601, UTC. */
  at: string;
  actor: string;
  kind: string;
  subject: string;
  /** null when it has been erased. */
  content: JsonObject | null;
  /** 64 hexadecimal digits. */
  hash: string;
};

/**
 * A page of the audit log, newest first. `from` is within the period, `to` is not; `before` is the number that the page
 * before ended with (its `next`). `next` is null on the last page. Errors: not-allowed, invalid.
 */
export async function readAuditLog(
  ctx: Ctx,
  input: {
    kind?: string;
    actor?: string;
    subject?: string;
    from?: Date;
    to?: Date;
    before?: string;
    limit?: number;
  },
): Promise<{ events: AuditEvent[]; next: string | null }> {
  checkPermission(ctx, 'read-audit-log');
  const { kind, actor, subject, from, to, before, limit = 50 } = input;
  if (before !== undefined && !/^\d{1,18}$/.test(before)) {
    throw new Problem('invalid', `before: “${before}” is not the number of an event.`);
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > 500) {
    throw new Problem('invalid', `limit: ${limit} is not a whole number from 1 to 500.`);
  }
  // The planner sees the values, so a filter that is not set costs nothing.
  const { rows } = await ctx.app.query<AuditRow & { content: JsonObject | null }>(
    `select ${auditColumns}, c.content
     from private.audit_event e left join private.audit_content c using (number)
     where ($1::text is null or e.kind = $1) and ($2::text is null or e.actor = $2)
       and ($3::text is null or e.subject = $3)
       and ($4::timestamptz is null or e.at >= $4) and ($5::timestamptz is null or e.at < $5)
       and ($6::bigint is null or e.number < $6)
     order by e.number desc limit $7`,
    [kind, actor, subject, from, to, before, limit + 1],
  );
  const events = rows.slice(0, limit).map(({ commitment: _, hash, at, ...row }) => ({
    ...row,
    at: isoTime(at),
    hash: hash.toString('hex'),
  }));
  return { events, next: rows.length > limit ? (events.at(-1)?.number ?? null) : null };
}
