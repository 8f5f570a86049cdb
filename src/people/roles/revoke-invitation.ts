import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { checkPermission } from '../permissions.ts';
import { checkManages } from './check-role.ts';

/** Takes an open invitation back. Errors: signed-out, not-allowed, not-found (also when it was used or taken back). */
export async function revokeInvitation(ctx: Ctx, input: { invitation: string }): Promise<void> {
  checkPermission(ctx, 'manage-staff');
  await withTransaction(ctx.app, async (tx) => {
    const { rows } = await tx.query<{
      id: string;
      place: string | null;
      office: string | null;
      role: string | null;
    }>(
      `update private.invitation set revoked_at = $2 where id::text = $1 and used_at is null and revoked_at is null
       returning id::text, place, office, role`,
      [input.invitation, ctx.clock.now()],
    );
    const taken = rows[0];
    if (!taken) throw new Problem('not-found', 'There is no open invitation like this.');
    checkManages(ctx, taken, null);
    await recordAudit(tx, ctx, {
      kind: 'invitation-revoked',
      subject: `invitation:${taken.id}`,
      content: {},
    });
  });
}
