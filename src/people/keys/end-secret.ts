import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { checkPermission } from '../permissions.ts';
import { forgetSecrets } from './check-key.ts';
import { checkAlive, lockKey } from './held-key.ts';

/**
 * Ends the older of a key's two secrets before its time. Errors: signed-out, not-allowed, not-found (also for somebody
 * else's, or when it has ended), too-late, conflict (the last secret ends with its key: revoke that).
 */
export async function endSecret(ctx: Ctx, input: { id: string; prefix: string }): Promise<void> {
  checkPermission(ctx, 'keep-keys');
  const now = ctx.clock.now();
  await withTransaction(ctx.app, async (tx) => {
    const key = await lockKey(tx, ctx, { id: input.id });
    checkAlive(key);
    const { rows } = await tx.query<{ prefix: string; last: boolean }>(
      `select prefix, ends_at is null as last from private.key_secret
       where key_id = $1 and prefix = $2 and (ends_at is null or ends_at > $3)`,
      [key.id, input.prefix, now],
    );
    const secret = rows[0];
    if (!secret) throw new Problem('not-found', 'This key has no such secret that works.');
    if (secret.last)
      throw new Problem('conflict', 'This is the newest secret. Revoke the key, or rotate it first.');
    await tx.query('update private.key_secret set ends_at = $2 where prefix = $1', [secret.prefix, now]);
    await recordAudit(tx, ctx, {
      kind: 'secret-ended',
      subject: `key:${key.id}`,
      content: { prefix: secret.prefix },
    });
  });
  forgetSecrets(ctx, [input.prefix]);
}
