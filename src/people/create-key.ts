import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { generateKey } from './api-key.ts';
import { checkPermission } from './permissions.ts';
import { recordAudit } from './record-audit.ts';

/**
 * Makes an API key and returns it, the only time it can be seen. `dataset` limits what it may write.
 * Errors: not-allowed (operators only), not-found (the dataset), invalid (the name).
 */
export async function createKey(
  ctx: Ctx,
  input: { name: string; dataset?: string; expiresAt?: Date },
): Promise<{ id: string; key: string; prefix: string }> {
  checkPermission(ctx, 'manage-keys');
  const name = input.name.trim();
  if (name.length === 0 || name.length > 100) {
    throw new Problem(
      'invalid',
      'Give the key a name of 1 to 100 characters, so that people can tell what it is for.',
    );
  }
  let datasetId: string | null = null;
  if (input.dataset) {
    const { rows } = await ctx.app.query<{ id: string }>('select id from private.dataset where slug = $1', [
      input.dataset,
    ]);
    datasetId = rows[0]?.id ?? null;
    if (!datasetId) throw new Problem('not-found', `There is no dataset “${input.dataset}”.`);
  }
  const { key, prefix, hash } = generateKey();
  return withTransaction(ctx.app, async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      `insert into private.api_key (name, prefix, secret_hash, dataset_id, created_at, expires_at)
       values ($1, $2, $3, $4, $5, $6) returning id`,
      [name, prefix, hash, datasetId, ctx.clock.now(), input.expiresAt ?? null],
    );
    const { id } = rows[0] as { id: string };
    await recordAudit(tx, ctx, {
      kind: 'key-created',
      subject: `key:${id}`,
      content: {
        name,
        prefix,
        dataset: input.dataset ?? null,
        expiresAt: input.expiresAt?.toISOString() ?? null,
      },
    });
    return { id, key, prefix };
  });
}
