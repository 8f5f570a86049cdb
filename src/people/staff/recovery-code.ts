import { Secret } from 'otpauth';
import type { Tx } from '../../kit/database.ts';
import { hashSecret } from '../person.ts';
import { recoveryCodes } from '../person-defaults.ts';

/**
 * A recovery code stands in for the authenticator app, once. 136 random bits: so much that a fast hash is enough
 * (OWASP ASVS 5.0, 6.5.2). They are shown when they are made and never again.
 */
const read = (code: string): string => code.toUpperCase().replace(/[^A-Z2-7]/g, '');

/** Makes new ones in place of all that were left. */
export async function replaceRecoveryCodes(tx: Tx, personId: string): Promise<string[]> {
  const codes = Array.from({ length: recoveryCodes }, () => new Secret({ size: 17 }).base32);
  await tx.query('delete from private.recovery_code where person_id = $1', [personId]);
  await tx.query('insert into private.recovery_code (person_id, code_hash) select $1, unnest($2::bytea[])', [
    personId,
    codes.map(hashSecret),
  ]);
  return codes.map((code) => code.toLowerCase().replace(/(.{7})(?!$)/g, '$1-'));
}

/** Uses one up. False: it is none of this person's, or was used. */
export async function takeRecoveryCode(tx: Tx, personId: string, code: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    'delete from private.recovery_code where person_id = $1 and code_hash = $2',
    [personId, hashSecret(read(code))],
  );
  return rowCount === 1;
}
