import type { Queryable, Tx } from '../../kit/database.ts';

/**
 * What a person signs in with as staff: a password together with an authenticator app, or passkeys, or both. All of it is
 * set up by an invitation, changed only in a session with a fresh second factor, and void after a reset. Who signs in
 * through the identity provider has a way in as well, which an invitation leaves alone.
 */
export async function hasFactors(db: Queryable | Tx, email: string): Promise<boolean> {
  const { rows } = await db.query<{ has: boolean }>(
    `select exists (select from private.password x where x.person_id = p.id)
         or exists (select from private.passkey x where x.person_id = p.id)
         or exists (select from private.identity x where x.person_id = p.id) as has
     from private.person p where p.email = $1`,
    [email],
  );
  return rows[0]?.has ?? false;
}

/** What is kept of it and may be shown, no secrets. */
export type Factors = {
  passwordChangedAt: string | null;
  appSince: string | null;
  recoveryCodes: number;
  passkeys: { id: string; name: string; createdAt: string; usedAt: string | null }[];
  /** Until when each browser that this person signed in with is known. */
  knownBrowsers: string[];
};

/** The factors of person `p.id` as a JSON object. */
export const factorsJson = `jsonb_build_object(
  'passwordChangedAt', (select w.changed_at from private.password w where w.person_id = p.id),
  'appSince', (select t.created_at from private.totp t where t.person_id = p.id),
  'recoveryCodes', (select count(*) from private.recovery_code r where r.person_id = p.id),
  'passkeys', (select coalesce(jsonb_agg(jsonb_build_object('id', k.id::text, 'name', k.name,
      'createdAt', k.created_at, 'usedAt', k.used_at) order by k.id), '[]')
    from private.passkey k where k.person_id = p.id),
  'knownBrowsers', (select coalesce(jsonb_agg(b.expires_at order by b.expires_at), '[]')
    from private.known_browser b where b.person_id = p.id))`;

/** Takes away all that the person signed in with, and ends what was opened with it. */
export async function voidFactors(tx: Tx, personId: string): Promise<void> {
  for (const table of [
    'pending_sign_in',
    'password',
    'totp',
    'recovery_code',
    'passkey',
    'known_browser',
    'session',
  ])
    await tx.query(`delete from private.${table} where person_id = $1`, [personId]);
}

/** Puts a password and an authenticator app in force, in place of those before. `step`: of the code that showed it works. */
export async function putPasswordAndTotp(
  tx: Tx,
  personId: string,
  given: { passwordHash: string; totpSecret: Buffer; step: number; now: Date },
): Promise<void> {
  await tx.query(
    `insert into private.password (person_id, hash, changed_at) values ($1, $2, $3)
     on conflict (person_id) do update set hash = excluded.hash, changed_at = excluded.changed_at`,
    [personId, given.passwordHash, given.now],
  );
  await putTotp(tx, personId, given);
}

export async function putTotp(
  tx: Tx,
  personId: string,
  given: { totpSecret: Buffer; step: number; now: Date },
): Promise<void> {
  await tx.query(
    `insert into private.totp (person_id, secret, last_step, created_at) values ($1, $2, $3, $4)
     on conflict (person_id) do update set secret = excluded.secret, last_step = excluded.last_step, created_at = excluded.created_at`,
    [personId, given.totpSecret, given.step, given.now],
  );
}
