import type { JsonObject } from '../../kit/chain.ts';
import { sealedTime } from '../../kit/chain.ts';
import type { Ctx } from '../../kit/context.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission } from '../permissions.ts';
import { type AuditRow, auditColumns } from './audit-event.ts';
import { type AuditFilter, auditFilterSql, checkNumber } from './audit-filter.ts';
import { recordFirst } from './record-first.ts';

export type AuditEvent = {
  number: string;
  /** ISO 8601, UTC. */
  at: string;
  actor: string;
  /** What a member of staff is called today; null for everybody else. */
  actorName: string | null;
  kind: string;
  subject: string;
  /** null when it has been erased. */
  content: JsonObject | null;
  /** The number of the event that tells of the erasure, and its content; null also when content is gone without one. */
  erasure: { number: string; content: JsonObject | null } | null;
  /** The clock had been set back: this is before the time of the event before it. */
  clockWentBack: boolean;
  /** 64 hexadecimal digits. */
  hash: string;
};

/**
 * A page of the audit log as far as the asker's roles reach, newest first, by number: the clock may have been set back.
 * `before` is the number that the page before ended with (its `next`); `next` is null on the last page. That somebody
 * reads the log is recorded at the first look of a session. Errors: not-allowed, invalid.
 */
export async function readAuditLog(
  ctx: Ctx,
  input: AuditFilter & { before?: string; limit?: number },
): Promise<{ events: AuditEvent[]; next: string | null }> {
  checkPermission(ctx, 'read-audit-log');
  const { before, limit = 50, ...filter } = input;
  if (!Number.isInteger(limit) || limit < 1 || limit > 500)
    throw new Problem('invalid', `limit: ${limit} is not a whole number from 1 to 500.`);
  const values: unknown[] = [];
  const tests = [auditFilterSql(ctx, filter, values)];
  if (before !== undefined) tests.push(`e.number < $${values.push(checkNumber('before', before))}::bigint`);
  await recordFirstLook(ctx, filter);
  const { rows } = await ctx.app.query<
    AuditRow & Pick<AuditEvent, 'content' | 'erasure' | 'clockWentBack' | 'actorName'>
  >(
    `select ${auditColumns}, c.content,
       (select p.name from private.person p where e.actor = 'person:' || p.id) as "actorName",
       coalesce((select p.at > e.at from private.audit_event p where p.number = e.number - 1), false) as "clockWentBack",
       case when c.number is null then (
         select json_build_object('number', x.number::text, 'content', xc.content)
         from private.audit_event x join private.audit_content xc using (number)
         where x.kind = 'audit-content-erased' and xc.content -> 'numbers' ? e.number::text
         order by x.number limit 1) end as erasure
     from private.audit_event e left join private.audit_content c using (number)
     where ${tests.join(' and ')}
     order by e.number desc limit $${values.push(limit + 1)}`,
    values,
  );
  const events = rows.slice(0, limit).map(({ commitment: _, hash, at, ...row }) => ({
    ...row,
    at: sealedTime(at),
    hash: hash.toString('hex'),
  }));
  return { events, next: rows.length > limit ? (events.at(-1)?.number ?? null) : null };
}

/** Who reads page after page must not flood what he reads. The operator's shell has no session, and reads the database. */
async function recordFirstLook(ctx: Ctx, filter: AuditFilter): Promise<void> {
  if (ctx.actor.kind !== 'person') return;
  const subject = `session:${ctx.actor.sessionId}`;
  await recordFirst(ctx.app, ctx, { kind: 'audit-log-read', subject, content: { filter } });
}
