import type { Ctx } from '../../kit/context.ts';
import type { Tx } from '../../kit/database.ts';
import { generateKey } from './api-key.ts';

/** Gives a key a new secret, inside the caller's transaction. What it shows is seen this once. */
export async function addSecret(
  tx: Tx,
  ctx: Ctx,
  keyId: string,
): Promise<{ id: string; key: string; prefix: string }> {
  const { key, prefix, hash } = generateKey();
  await tx.query(
    'insert into private.key_secret (key_id, prefix, hash, created_at) values ($1, $2, $3, $4)',
    [keyId, prefix, hash, ctx.clock.now()],
  );
  return { id: keyId, key, prefix };
}
