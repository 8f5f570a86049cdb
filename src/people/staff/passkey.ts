import { randomBytes } from 'node:crypto';
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { type Config, isLoopback, publicUrl } from '../../kit/config.ts';
import type { Ctx } from '../../kit/context.ts';
import type { Queryable, Tx } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { mostPasskeys, pendingMinutes } from '../person-defaults.ts';
import { holdPerson } from './pending.ts';

/**
 * A passkey is a key pair that a person's device keeps for this site and opens by a fingerprint, a face or a PIN [WebAuthn
 * Level 3]. It is two factors at once, so it signs in by itself; user verification is always asked for. We keep the public
 * half and what the device has counted.
 */
export type NewPasskey = {
  credentialId: string;
  publicKey: Buffer;
  counter: number;
  transports: string[];
};

/** A name, not an address of numbers, can be asked for passkeys: a laptop's own installation is `localhost` to them. */
export function relyingParty(config: Config): { id: string; origin: string } {
  const url = new URL(publicUrl(config));
  if (isLoopback(url.hostname)) url.hostname = 'localhost';
  return { id: url.hostname, origin: url.origin };
}

/** ES256, Ed25519, RS256: what devices have. The library would add one that Node calls experimental. */
const algorithms = [-7, -8, -257];
const timeout = pendingMinutes * 60_000;
const wrong = (cause?: unknown) =>
  new Problem('invalid', 'This passkey was not accepted here. Try again, or use another way.', { cause });

/** What the browser is asked so that a device makes a new passkey. The device refuses to make a second one. */
export async function newPasskeyOptions(
  ctx: Ctx,
  person: { email: string; name: string; userHandle: string; credentialIds: readonly string[] },
) {
  return generateRegistrationOptions({
    rpName: 'Charter Oak',
    rpID: relyingParty(ctx.config).id,
    userName: person.email,
    userDisplayName: person.name,
    userID: new Uint8Array(Buffer.from(person.userHandle, 'base64url')),
    timeout,
    attestationType: 'none',
    supportedAlgorithmIDs: algorithms,
    excludeCredentials: person.credentialIds.map((id) => ({ id })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
}

export const makeUserHandle = (): string => randomBytes(32).toString('base64url');

/** What the browser is asked so that a device answers with one of these passkeys, or with any of this site. */
export async function passkeyOptions(ctx: Ctx, of: readonly { id: string; transports: string[] }[] | 'any') {
  return generateAuthenticationOptions({
    rpID: relyingParty(ctx.config).id,
    timeout,
    userVerification: 'required',
    allowCredentials: of === 'any' ? [] : [...of],
  });
}

/** The new passkey in a browser's answer to `challenge`. Errors: invalid. */
export async function readNewPasskey(ctx: Ctx, answer: string, challenge: string): Promise<NewPasskey> {
  const { id, origin } = relyingParty(ctx.config);
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: JSON.parse(answer) as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: id,
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    });
    if (!verified) throw new Error('not verified');
    const { credential } = registrationInfo;
    return {
      credentialId: credential.id,
      publicKey: Buffer.from(credential.publicKey),
      counter: credential.counter,
      transports: (credential.transports ?? []).map((each) => String(each).slice(0, 30)).slice(0, 10),
    };
  } catch (error) {
    throw wrong(error);
  }
}

/** Puts a passkey in force. Errors: conflict, when it is known already or there are too many. */
export async function putPasskey(
  tx: Tx,
  ctx: Ctx,
  personId: string,
  passkey: NewPasskey & { userHandle: string; name: string },
): Promise<string> {
  const { rows } = await tx.query<{ id: string }>(
    `insert into private.passkey (person_id, credential_id, public_key, counter, transports, user_handle, name, created_at)
     select $1, $2, $3, $4, $5, $6, $7, $8
     where (select count(*) from private.passkey where person_id = $1) < $9
     on conflict (credential_id) do nothing returning id::text`,
    [
      personId,
      passkey.credentialId,
      passkey.publicKey,
      passkey.counter,
      passkey.transports,
      passkey.userHandle,
      passkey.name,
      ctx.clock.now(),
      mostPasskeys,
    ],
  );
  if (!rows[0])
    throw new Problem('conflict', `This passkey is here already, or you have ${mostPasskeys}, the most.`);
  return rows[0].id;
}

/**
 * Checks a browser's answer to `challenge` against the passkey it names, which is locked, and notes what the device has
 * counted: one that counts backwards was copied, and is refused. `ofPerson`: only one of this person's. Returns whose it
 * is, undefined when it is refused.
 */
export async function takePasskey(
  tx: Tx,
  ctx: Ctx,
  answer: string,
  challenge: string,
  ofPerson: string | null,
): Promise<{ personId: string; passkeyId: string } | undefined> {
  try {
    const response = JSON.parse(answer) as AuthenticationResponseJSON;
    const credentialId = String(response.id);
    if (!/^[A-Za-z0-9_-]{1,1500}$/.test(credentialId)) return undefined;
    const owner = await tx.query<{ id: string }>(
      'select person_id::text as id from private.passkey where credential_id = $1',
      [credentialId],
    );
    await holdPerson(tx, owner.rows[0]?.id ?? null);
    const { rows } = await tx.query<{
      id: string;
      personId: string;
      publicKey: Buffer;
      counter: string;
      userHandle: string;
    }>(
      `select id::text, person_id::text as "personId", public_key as "publicKey", counter, user_handle as "userHandle"
       from private.passkey where credential_id = $1 and ($2::bigint is null or person_id = $2) for update`,
      [credentialId, ofPerson],
    );
    const passkey = rows[0];
    const { id, origin } = relyingParty(ctx.config);
    if (!passkey) return undefined;
    // The device must mean the same person as we do [WebAuthn §7.2 step 6].
    const handle = response.response.userHandle;
    if (handle ? handle !== passkey.userHandle : ofPerson === null) return undefined;
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: id,
      requireUserVerification: true,
      credential: {
        id: response.id,
        publicKey: new Uint8Array(passkey.publicKey),
        counter: Number(passkey.counter),
      },
    });
    if (!verified) return undefined;
    await tx.query('update private.passkey set counter = $2, used_at = $3 where id = $1', [
      passkey.id,
      authenticationInfo.newCounter,
      ctx.clock.now(),
    ]);
    return { personId: passkey.personId, passkeyId: passkey.id };
  } catch (error) {
    // The library throws for every answer that does not fit; what the database says is not its business.
    if (error instanceof Error && 'severity' in error) throw error;
    ctx.log.debug({ reason: (error as Error).message }, 'a passkey was refused');
    return undefined;
  }
}

export async function passkeysOf(db: Queryable | Tx, personId: string) {
  const { rows } = await db.query<{ id: string; transports: string[]; userHandle: string }>(
    `select credential_id as id, transports, user_handle as "userHandle" from private.passkey where person_id = $1 order by id`,
    [personId],
  );
  return rows;
}
