import type { Ctx } from '../../kit/context.ts';
import { checkPermission } from '../permissions.ts';

export type WaitingMail = { id: string; to: string; subject: string; text: string; at: string };

/** What waits to be sent, newest first, at most 50. Errors: not-allowed. */
export async function readOutbox(ctx: Ctx): Promise<WaitingMail[]> {
  checkPermission(ctx, 'read-outbox');
  const { rows } = await ctx.app.query<WaitingMail>(
    `select id, recipient as "to", subject, body as text, created_at as at
     from private.mail order by id desc limit 50`,
  );
  return rows;
}
