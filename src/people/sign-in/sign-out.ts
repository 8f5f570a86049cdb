import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { checkPermission } from '../permissions.ts';
import { signedIn } from '../person.ts';
import { mayEndOthers } from '../staff/fresh-session.ts';

/**
 * Ends this session, one other of the same person by its id, or all of them: for staff, more than this one with a fresh
 * factor alone. Errors: signed-out, invalid with details.reason `old`.
 */
export async function signOut(ctx: Ctx, which: 'this' | 'all' | { session: string }): Promise<void> {
  checkPermission(ctx, 'own-account');
  const { personId, sessionId } = signedIn(ctx);
  const one = which === 'this' ? sessionId : which === 'all' ? null : which.session;
  await withTransaction(ctx.app, async (tx) => {
    if (which !== 'this' && !(await mayEndOthers(tx, ctx)))
      throw new Problem('invalid', 'Show your second factor once more first.', {
        details: { reason: 'old' },
      });
    const { rows } = await tx.query<{ id: string }>(
      `delete from private.session where person_id = $1 and ($2::text is null or id::text = $2) returning id`,
      [personId, one],
    );
    if (rows.length === 0) return;
    await recordAudit(tx, ctx, {
      kind: 'signed-out',
      subject: `person:${personId}`,
      content: { sessions: rows.map(({ id }) => id) },
    });
  });
}
