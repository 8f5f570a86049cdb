import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { checkPermission } from '../permissions.ts';
import { addSecret } from './add-secret.ts';
import { mostLiveSecrets } from './api-key.ts';
import { forgetSecrets } from './check-key.ts';
import { checkAlive, checkSeldom, lockKey, type WhichKey } from './held-key.ts';
import { graceDays } from './key-defaults.ts';

/**
 * Gives a key a new secret, returned this once. The old one works on for `grace` days; with 0 everything old ends at
 * once (in other processes within the seconds for which they remember a checked key). Errors: signed-out, not-allowed,
 * not-found (also for somebody else's), too-late (revoked or expired), conflict (two secrets work already), invalid,
 * too-many.
 */
export async function rotateKey(
  ctx: Ctx,
  input: WhichKey & { grace: number },
): Promise<{ id: string; key: string; prefix: string }> {
  checkPermission(ctx, 'keep-keys');
  const { grace } = input;
  if (!(graceDays as readonly number[]).includes(grace))
    throw new Problem('invalid', `The old secret works on for one of ${graceDays.join(', ')} days.`, {
      details: { field: 'grace' },
    });
  const now = ctx.clock.now();
  const { made, ended } = await withTransaction(ctx.app, async (tx) => {
    const key = await lockKey(tx, ctx, input);
    checkAlive(key);
    if (key.demo)
      throw new Problem('conflict', 'The demonstration key has one secret. Revoke it and make another.');
    await checkSeldom(tx, ctx, key, 'key-rotated');
    const endsAt = new Date(now.getTime() + grace * 86_400_000);
    const { rows } = await tx.query<{ prefix: string; ends_at: string | null }>(
      `select prefix, ends_at from private.key_secret
       where key_id = $1 and (ends_at is null or ends_at > $2) order by id`,
      [key.id, now],
    );
    if (grace > 0 && rows.length >= mostLiveSecrets) {
      throw new Problem(
        'conflict',
        `Two secrets work already. Wait until co_${rows[0]?.prefix} has ended, or end it now.`,
      );
    }
    await tx.query(
      `update private.key_secret set ends_at = $3 where key_id = $1 and (ends_at is null or ends_at > $2)`,
      [key.id, now, endsAt],
    );
    const made = await addSecret(tx, ctx, key.id);
    await recordAudit(tx, ctx, {
      kind: 'key-rotated',
      subject: `key:${key.id}`,
      content: {
        prefix: made.prefix,
        before: rows.map(({ prefix }) => prefix),
        endsAt: endsAt.toISOString(),
      },
    });
    return { made, ended: rows.map(({ prefix }) => prefix) };
  });
  forgetSecrets(ctx, ended);
  return made;
}
