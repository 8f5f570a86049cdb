import type { Ctx } from '../../kit/context.ts';
import { checkPermission } from '../permissions.ts';
import { type KeyRow, keyRowColumns } from './key-row.ts';

/** Every key, newest first, without its secrets. Errors: not-allowed. */
export async function listKeys(ctx: Ctx): Promise<KeyRow[]> {
  checkPermission(ctx, 'manage-keys');
  const { rows } = await ctx.app.query<KeyRow>(
    `select ${keyRowColumns('$1')} from private.api_key k order by k.id desc`,
    [ctx.clock.now()],
  );
  return rows;
}
