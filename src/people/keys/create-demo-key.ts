import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { checkPermission } from '../permissions.ts';
import { generateKey } from './api-key.ts';

/**
 * Makes the key that everybody may try, unless there is one, and returns it. The developers' page shows it. It reads
 * what anyone may read, with a small allowance (LIMIT_DEMO_KEY). Errors: not-allowed.
 */
export async function createDemoKey(ctx: Ctx): Promise<{ key: string; made: boolean }> {
  checkPermission(ctx, 'manage-keys');
  return withTransaction(ctx.app, async (tx) => {
    // Two makers at once: the second finds the first one's.
    await tx.query("select pg_advisory_xact_lock(hashtext('charter-oak.demo-key'))");
    const { rows: known } = await tx.query<{ key: string }>(
      'select shown_key as key from private.api_key where shown_key is not null and revoked_at is null',
    );
    if (known[0]) return { key: known[0].key, made: false };
    const { key, prefix, hash } = generateKey();
    const now = ctx.clock.now();
    const { rows } = await tx.query<{ id: string }>(
      `insert into private.api_key (name, shown_key, created_at) values ('For trying', $1, $2) returning id`,
      [key, now],
    );
    const { id } = rows[0] as { id: string };
    await tx.query(
      'insert into private.key_secret (key_id, prefix, hash, created_at) values ($1, $2, $3, $4)',
      [id, prefix, hash, now],
    );
    await recordAudit(tx, ctx, {
      kind: 'key-created',
      subject: `key:${id}`,
      content: { prefix, demo: true },
    });
    return { key, made: true };
  });
}
