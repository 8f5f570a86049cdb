import type { Head } from '../../kit/chain.ts';
import type { Ctx } from '../../kit/context.ts';
import { checkPermission } from '../permissions.ts';
import { topPlace } from './audit-filter.ts';

/** The last event's number and hash, to be kept elsewhere. Errors: not-allowed. */
export async function readAuditHead(ctx: Ctx): Promise<Head> {
  checkPermission(ctx, 'verify-audit-log');
  const { rows } = await ctx.app.query<{ number: string; hash: Buffer; place: string | null }>(
    `select number, hash, ${topPlace} as place from private.audit_head`,
  );
  const head = rows[0];
  if (!head) throw new Error('private.audit_head has lost its row: restore it from a backup.');
  checkPermission(ctx, 'verify-audit-log', { place: head.place });
  return { number: BigInt(head.number), hash: head.hash };
}
