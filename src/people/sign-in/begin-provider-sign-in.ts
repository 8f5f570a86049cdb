import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { limitedAddress } from '../limits/limited-address.ts';
import { checkPermission } from '../permissions.ts';
import { hashSecret, makeSecret } from '../person.ts';
import { mostProviderSignIns, providerMinutes } from '../person-defaults.ts';
import { addressToSignIn, makeSecrets } from './provider.ts';
import { refusal } from './provider-refusal.ts';

/**
 * Begins a sign-in at the identity provider: `address` is where the browser goes, `secret` is for its cookie, the only
 * time it is seen. `path` is where to go afterwards, without the language: `/account`.
 * Errors: not-found, when there is no provider; invalid (path); a refusal: unavailable, too-many.
 */
export async function beginProviderSignIn(
  ctx: Ctx,
  input: { language: string; from: string; path?: string },
): Promise<{ address: string; secret: string; expiresAt: Date }> {
  checkPermission(ctx, 'sign-in');
  const path = input.path ?? '/account';
  // Nowhere but here: no other site, and no trick with slashes.
  if (!/^(\/[a-z0-9-]{1,100}){1,5}$/.test(path))
    throw new Problem('invalid', 'After signing in, one goes to a path of this site, such as /account.');
  const secrets = makeSecrets();
  const address = await addressToSignIn(ctx, secrets, input.language);
  const now = ctx.clock.now();
  const expiresAt = new Date(now.getTime() + providerMinutes * 60_000);
  const from = limitedAddress(input.from);
  const { secret, hash } = makeSecret();
  await withTransaction(ctx.app, async (tx) => {
    await tx.query("select pg_advisory_xact_lock(hashtextextended('provider sign-in ' || $1, 0))", [from]);
    const { rows } = await tx.query<{ count: number }>(
      `select count(*)::int as count from private.provider_sign_in where asked_from = $1 and created_at > $2`,
      [from, new Date(now.getTime() - providerMinutes * 60_000)],
    );
    if ((rows[0]?.count ?? 0) >= mostProviderSignIns) throw refusal('too-many');
    await tx.query(
      `insert into private.provider_sign_in (secret_hash, state_hash, nonce, code_verifier, language, path, asked_from,
         created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        hash,
        hashSecret(secrets.state),
        secrets.nonce,
        secrets.codeVerifier,
        input.language,
        path,
        from,
        now,
        expiresAt,
      ],
    );
  });
  return { address, secret, expiresAt };
}
