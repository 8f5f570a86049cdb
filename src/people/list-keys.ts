import type { Ctx } from '../kit/context.ts';
import { checkPermission } from './permissions.ts';

export type KeyRow = {
  prefix: string;
  name: string;
  dataset: string | null;
  createdAt: string;
  expiresAt: string | null;
  revokedAt: string | null;
};

/** Every key, newest first, without its secret. Errors: not-allowed. */
export async function listKeys(ctx: Ctx): Promise<KeyRow[]> {
  checkPermission(ctx, 'manage-keys');
  const { rows } = await ctx.app.query<KeyRow>(
    `select k.prefix, k.name, ds.slug as dataset, k.created_at as "createdAt", k.expires_at as "expiresAt",
       k.revoked_at as "revokedAt"
     from private.api_key k left join private.dataset ds on ds.id = k.dataset_id order by k.id desc`,
  );
  return rows;
}
