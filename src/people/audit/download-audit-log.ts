import { Readable } from 'node:stream';
import type { JsonObject } from '../../kit/chain.ts';
import { sealedTime } from '../../kit/chain.ts';
import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { checkPermission } from '../permissions.ts';
import { type AuditRow, auditColumns } from './audit-event.ts';
import { type AuditFilter, auditFilterSql } from './audit-filter.ts';
import { recordAudit } from './record-audit.ts';

const batchSize = 1_000;

/**
 * The events that fit as JSON Lines, oldest first, each with its commitment and hash so that the whole log can be
 * verified elsewhere; without the salts, so that what is erased later cannot be guessed from them. Each download is an
 * event of its own, and ends before it. Errors: not-allowed, invalid.
 */
export async function downloadAuditLog(
  ctx: Ctx,
  filter: AuditFilter,
): Promise<{ fileName: string; stream: Readable }> {
  checkPermission(ctx, 'read-audit-log');
  auditFilterSql(ctx, filter, []);
  const last = await withTransaction(ctx.app, async (tx) => {
    const { rows } = await tx.query<{ number: string }>('select number from private.audit_head for update');
    const number = rows[0]?.number ?? '0';
    await recordAudit(tx, ctx, {
      kind: 'audit-log-downloaded',
      subject: `audit-event:${number}`,
      content: { filter, upTo: number },
    });
    return number;
  });
  return {
    fileName: `audit-log-to-${last}.jsonl`,
    stream: Readable.from(lines(ctx, filter, last)),
  };
}

/** A statement for each batch, none held open: a slow reader keeps no connection. */
async function* lines(ctx: Ctx, filter: AuditFilter, last: string): AsyncGenerator<string> {
  for (let after: string | undefined = '0'; after !== undefined; ) {
    const values: unknown[] = [];
    const fits = auditFilterSql(ctx, filter, values);
    const { rows }: { rows: (AuditRow & { content: JsonObject | null })[] } = await ctx.app.query(
      `select ${auditColumns}, c.content
       from private.audit_event e left join private.audit_content c using (number)
       where ${fits} and e.number > $${values.push(after)}::bigint and e.number <= $${values.push(last)}::bigint
       order by e.number limit ${batchSize}`,
      values,
    );
    if (rows.length > 0) yield rows.map(asLine).join('');
    after = rows.length === batchSize ? rows.at(-1)?.number : undefined;
  }
}

function asLine({ at, commitment, hash, ...row }: AuditRow & { content: JsonObject | null }): string {
  const line = {
    ...row,
    at: sealedTime(at),
    commitment: commitment.toString('hex'),
    hash: hash.toString('hex'),
  };
  return `${JSON.stringify(line)}\n`;
}
