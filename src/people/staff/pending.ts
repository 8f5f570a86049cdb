import type { Ctx } from '../../kit/context.ts';
import { type Tx, withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { hashSecret, makeSecret } from '../person.ts';
import { mostSecondTries, pendingMinutes } from '../person-defaults.ts';

/**
 * What lies between the steps of signing in, or of setting that up: bound to one browser by the secret in a cookie, minutes
 * old, for a few tries. It is never a session: it opens nothing but its own next step, and is deleted by it.
 */
export type Purpose = 'enroll' | 'second-step' | 'passkey' | 'security';
export type Pending = {
  personId: string | null;
  invitationId: string | null;
  sessionId: string | null;
  passwordHash: string | null;
  totpSecret: Buffer | null;
  challenge: string | null;
  userHandle: string | null;
  knownBrowser: boolean;
};

/** What the browser's cookie is made of; the secret is seen this once. */
export type OpenedPending = { secret: string; expiresAt: Date };

export async function openPending(
  tx: Tx,
  ctx: Ctx,
  purpose: Purpose,
  holds: Partial<Pending>,
): Promise<OpenedPending> {
  const now = ctx.clock.now();
  const expiresAt = new Date(now.getTime() + pendingMinutes * 60_000);
  const { secret, hash } = makeSecret();
  await tx.query(
    `insert into private.pending_sign_in (secret_hash, purpose, person_id, invitation_id, session_id, password_hash,
       totp_secret, challenge, user_handle, known_browser, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      hash,
      purpose,
      holds.personId,
      holds.invitationId,
      holds.sessionId,
      holds.passwordHash,
      holds.totpSecret,
      holds.challenge,
      holds.userHandle,
      holds.knownBrowser ?? false,
      now,
      expiresAt,
    ],
  );
  return { secret, expiresAt };
}

const columns = `person_id::text as "personId", invitation_id::text as "invitationId", session_id::text as "sessionId",
  password_hash as "passwordHash", totp_secret as "totpSecret", challenge, user_handle as "userHandle",
  known_browser as "knownBrowser"`;

/** Reads it without a lock, for the page that asks for the next step. */
export async function readPending(
  ctx: Ctx,
  purpose: Purpose,
  secret: string | undefined,
): Promise<Pending | undefined> {
  if (!secret) return undefined;
  const { rows } = await ctx.app.query<Pending>(
    `select ${columns} from private.pending_sign_in
     where secret_hash = $1 and purpose = $2 and expires_at > $3 and tries < $4`,
    [hashSecret(secret), purpose, ctx.clock.now(), mostSecondTries],
  );
  return rows[0];
}

/** Locks it until the transaction ends. Errors: too-late, for every other secret alike. */
export async function lockPending(
  tx: Tx,
  ctx: Ctx,
  purposes: readonly Purpose[],
  secret: string | undefined,
): Promise<Pending> {
  const { rows } = await tx.query<Pending>(
    `select ${columns} from private.pending_sign_in
     where secret_hash = $1 and purpose = any($2) and expires_at > $3 and tries < $4 for update`,
    [hashSecret(secret ?? ''), purposes, ctx.clock.now(), mostSecondTries],
  );
  if (!rows[0]) throw new Problem('too-late', 'This took too long, or was tried too often. Begin again.');
  return rows[0];
}

/** Counts a try that failed. True when it was the last one, and no other was used up for this person of late. */
export async function countPendingTry(tx: Tx, secret: string, personId: string): Promise<boolean> {
  const { rows } = await tx.query<{ tries: number; others: number }>(
    `update private.pending_sign_in set tries = tries + 1 where secret_hash = $1 returning tries,
       (select count(*)::int from private.pending_sign_in where person_id = $2 and tries >= $3) as others`,
    [hashSecret(secret), personId, mostSecondTries],
  );
  return rows[0]?.tries === mostSecondTries && rows[0].others === 0;
}

/** Keeps the account from being deleted meanwhile: locked before all that goes with it, in the order of deleting. */
export async function holdPerson(tx: Tx, personId: string | null): Promise<void> {
  if (personId) await tx.query('select from private.person where id = $1 for key share', [personId]);
}

export async function closePending(tx: Tx, secret: string): Promise<void> {
  await tx.query('delete from private.pending_sign_in where secret_hash = $1', [hashSecret(secret)]);
}

/** Takes away the question that a passkey is to answer, in a transaction of its own: a wrong answer uses it up too. */
export async function takeChallenge(
  ctx: Ctx,
  purposes: readonly Purpose[],
  secret: string,
): Promise<Pending & { challenge: string }> {
  return withTransaction(ctx.app, async (tx) => {
    const { challenge, ...pending } = await lockPending(tx, ctx, purposes, secret);
    if (!challenge) throw new Problem('too-late', 'This passkey was asked for before. Begin again.');
    await tx.query('update private.pending_sign_in set challenge = null where secret_hash = $1', [
      hashSecret(secret),
    ]);
    return { ...pending, challenge };
  });
}
