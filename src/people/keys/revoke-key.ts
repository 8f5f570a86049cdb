import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { checkPermission } from '../permissions.ts';
import { forgetSecrets } from './check-key.ts';
import { lockKey, noSuchKey, prefixesOf, type WhichKey } from './held-key.ts';

/**
 * Ends a key with all its secrets, for good: at once in this process, within seconds in others, which remember a checked
 * key for so long (check-key.ts). Errors: signed-out, not-allowed, not-found (also for somebody else's).
 */
export async function revokeKey(ctx: Ctx, input: WhichKey): Promise<void> {
  checkPermission(ctx, 'keep-keys');
  const prefixes = await withTransaction(ctx.app, async (tx) => {
    const key = await lockKey(tx, ctx, input);
    if (key.revoked) throw noSuchKey(input);
    await tx.query('update private.api_key set revoked_at = $2 where id = $1', [key.id, ctx.clock.now()]);
    const all = await prefixesOf(tx, key.id);
    await recordAudit(tx, ctx, {
      kind: 'key-revoked',
      subject: `key:${key.id}`,
      content: { prefixes: all, ...(key.personId ? {} : { name: key.name }) },
    });
    return all;
  });
  forgetSecrets(ctx, prefixes);
}
