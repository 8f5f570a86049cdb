import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { checkPermission } from '../permissions.ts';
import { signedIn } from '../person.ts';

/**
 * Ends a lent role early: by who lent it, or by who has it. Errors: signed-out, not-allowed (in a session
 * begun by a link alone), not-found.
 */
export async function endDelegation(ctx: Ctx, input: { grant: string }): Promise<void> {
  checkPermission(ctx, 'own-roles');
  const { personId, method } = signedIn(ctx);
  if (method === 'link') throw new Problem('not-allowed', 'Sign in as staff first.');
  await withTransaction(ctx.app, async (tx) => {
    const { rows } = await tx.query<{ id: string; person: string; role: string }>(
      `update private.role_grant g set revoked_at = $3 from private.role_grant lender
       where g.id::text = $1 and lender.id = g.delegated_from and $2 in (g.person_id, lender.person_id)
         and g.revoked_at is null and g.ends_at > $3
       returning g.id::text, 'person:' || g.person_id as person, g.role`,
      [input.grant, personId, ctx.clock.now()],
    );
    const ended = rows[0];
    if (!ended) throw new Problem('not-found', 'There is no lent role in force like this.');
    await recordAudit(tx, ctx, {
      kind: 'delegation-ended',
      subject: ended.person,
      content: { grant: ended.id, role: ended.role },
    });
  });
}
