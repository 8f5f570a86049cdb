import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Config } from '../../kit/config.ts';
import { Problem } from '../../kit/problem.ts';

/**
 * What an authenticator app shares with us must be read again, so it cannot be kept as a hash. With TOTP_KEY it is sealed
 * (AES-256-GCM), so that a copy of the database alone gives no second factor; without, it lies as it is. The first byte
 * says which: 0 as it is, 1 sealed (12 bytes nonce, 16 bytes tag, content).
 */
export function sealSecret(config: Config, secret: Buffer): Buffer {
  if (!config.TOTP_KEY) return Buffer.concat([Buffer.of(0), secret]);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', config.TOTP_KEY, nonce);
  const content = Buffer.concat([cipher.update(secret), cipher.final()]);
  return Buffer.concat([Buffer.of(1), nonce, cipher.getAuthTag(), content]);
}

/** Errors: busy, when it was sealed with a key that is not configured here. */
export function openSecret(config: Config, kept: Buffer): Buffer {
  if (kept[0] === 0) return kept.subarray(1);
  try {
    if (!config.TOTP_KEY) throw new Error('TOTP_KEY is not set.');
    const decipher = createDecipheriv('aes-256-gcm', config.TOTP_KEY, kept.subarray(1, 13));
    decipher.setAuthTag(kept.subarray(13, 29));
    return Buffer.concat([decipher.update(kept.subarray(29)), decipher.final()]);
  } catch (cause) {
    throw new Problem(
      'busy',
      'Codes of authenticator apps cannot be checked here: TOTP_KEY is not the one they were kept with. Use a recovery code or a passkey, and tell the operator.',
      { cause },
    );
  }
}
