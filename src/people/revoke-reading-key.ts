import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { forgetKey } from './check-key.ts';
import { checkPermission } from './permissions.ts';
import { signedIn } from './person.ts';
import { recordAudit } from './record-audit.ts';

/** Ends a key of the person who is signed in, for good. Errors: signed-out, not-found (also for somebody else's). */
export async function revokeReadingKey(ctx: Ctx, input: { id: string }): Promise<void> {
  checkPermission(ctx, 'own-keys');
  const { personId } = signedIn(ctx);
  const prefix = await withTransaction(ctx.app, async (tx) => {
    const { rows } = await tx.query<{ prefix: string }>(
      `update private.api_key set revoked_at = $3
       where id::text = $1 and person_id = $2 and revoked_at is null returning prefix`,
      [input.id, personId, ctx.clock.now()],
    );
    if (!rows[0]) throw new Problem('not-found', 'You have no such active key.');
    await recordAudit(tx, ctx, {
      kind: 'key-revoked',
      subject: `key:${input.id}`,
      content: { prefix: rows[0].prefix },
    });
    return rows[0].prefix;
  });
  forgetKey(ctx, prefix);
}
