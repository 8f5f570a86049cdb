import type { Ctx } from '../../kit/context.ts';
import { checkPermission, permittedSql } from '../permissions.ts';
import { datasetsOfKey } from './held-key.ts';
import { type KeyRow, keyRowColumns } from './key-row.ts';

/** What a key may be made for: a dataset that the asker keeps. */
export type KeptDataset = { slug: string; title: string };

/**
 * The keys of devices that the asker keeps (all datasets of each are within his roles), those that work first; and the
 * datasets for which he may make one. Errors: signed-out, not-allowed.
 */
export async function listDeviceKeys(ctx: Ctx): Promise<{ keys: KeyRow[]; datasets: KeptDataset[] }> {
  checkPermission(ctx, 'device-keys');
  const columns = { place: 'd.place', office: 'd.office', person: 'null' };
  const values: unknown[] = [ctx.clock.now()];
  const permitted = permittedSql(ctx, 'device-keys', columns, values);
  const { rows: keys } = await ctx.app.query<KeyRow>(
    `select ${keyRowColumns('$1')} from private.api_key k
     where k.person_id is null and k.shown_key is null and exists (select from (${datasetsOfKey}) d)
       and not exists (select from (${datasetsOfKey}) d where not ${permitted})
     order by (k.revoked_at is null and (k.expires_at is null or k.expires_at > $1)) desc, k.id desc`,
    values,
  );
  const own: unknown[] = [];
  const { rows: datasets } = await ctx.app.query<KeptDataset>(
    `select d.slug, d.title from private.dataset d where d.kind = 'own' and ${permittedSql(ctx, 'device-keys', columns, own)} order by d.title`,
    own,
  );
  return { keys, datasets };
}
