import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { forgetKey } from './check-key.ts';
import { checkPermission } from './permissions.ts';
import { recordAudit } from './record-audit.ts';

/**
 * Ends a key, named by its prefix, for good: at once in this process, within seconds in others, which remember a checked
 * key for so long (check-key.ts). Errors: not-allowed, not-found.
 */
export async function revokeKey(ctx: Ctx, input: { prefix: string }): Promise<void> {
  checkPermission(ctx, 'manage-keys');
  await withTransaction(ctx.app, async (tx) => {
    const { rows } = await tx.query<{ id: string; name: string }>(
      `update private.api_key set revoked_at = $2 where prefix = $1 and revoked_at is null returning id, name`,
      [input.prefix, ctx.clock.now()],
    );
    const key = rows[0];
    if (!key) throw new Problem('not-found', `There is no active key that begins with co_${input.prefix}.`);
    await recordAudit(tx, ctx, {
      kind: 'key-revoked',
      subject: `key:${key.id}`,
      content: { name: key.name, prefix: input.prefix },
    });
  });
  forgetKey(ctx, input.prefix);
}
