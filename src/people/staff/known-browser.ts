import type { Ctx } from '../../kit/context.ts';
import type { Tx } from '../../kit/database.ts';
import { hashSecret, makeSecret } from '../person.ts';
import { knownBrowserDays } from '../person-defaults.ts';

/** Remembers that this person signed in in this browser. Several people may share one. Returns its cookie. */
export async function rememberBrowser(
  tx: Tx,
  ctx: Ctx,
  personId: string,
  secret: string | undefined,
): Promise<{ secret: string; expiresAt: Date }> {
  const now = ctx.clock.now();
  const expiresAt = new Date(now.getTime() + knownBrowserDays * 86_400_000);
  const { rows } = await tx.query(
    'select from private.known_browser where secret_hash = $1 and expires_at > $2 limit 1',
    [hashSecret(secret ?? ''), now],
  );
  // Only a secret that we gave is used on.
  const kept = secret !== undefined && rows.length > 0 ? secret : makeSecret().secret;
  await tx.query(
    `insert into private.known_browser (secret_hash, person_id, expires_at) values ($1, $2, $3)
     on conflict (secret_hash, person_id) do update set expires_at = excluded.expires_at`,
    [hashSecret(kept), personId, expiresAt],
  );
  return { secret: kept, expiresAt };
}
