import { timingSafeEqual } from 'node:crypto';
import type { Actor, Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import { hashKey, prefixOf } from './api-key.ts';

/**
 * Who holds this key. Errors: signed-out, with one message for every reason, so that a guess learns nothing.
 */
export async function checkKey(ctx: Ctx, key: string): Promise<Actor> {
  const refuse = () =>
    new Problem(
      'signed-out',
      'This API key is not valid. Send a current key as “Authorization: Bearer co_…”.',
    );
  const prefix = prefixOf(key);
  if (!prefix) throw refuse();
  const { rows } = await ctx.app.query<{
    id: string;
    name: string;
    secret_hash: Buffer;
    dataset_id: string | null;
    active: boolean;
  }>(
    `select id, name, secret_hash, dataset_id,
       revoked_at is null and (expires_at is null or expires_at > $2) as active
     from private.api_key where prefix = $1`,
    [prefix, ctx.clock.now()],
  );
  const row = rows[0];
  if (!row || !timingSafeEqual(row.secret_hash, hashKey(key)) || !row.active) throw refuse();
  return { kind: 'key', keyId: row.id, name: row.name, datasetId: row.dataset_id };
}
