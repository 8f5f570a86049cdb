import { Secret, TOTP } from 'otpauth';

/**
 * Codes of an authenticator app: six digits, a new one every 30 seconds [RFC 6238]. Each is taken once: the step of the
 * last one taken is kept, and nothing up to it is taken again. A code of the step before or after is taken, for clocks
 * that differ. Pure.
 */
const period = 30;
const window = 1;

/** 160 random bits, as RFC 4226 recommends. */
export function makeTotpSecret(): Buffer {
  return Buffer.from(new Secret({ size: 20 }).bytes);
}

/** What the app is given: the address in the QR code, and the secret in groups of four to type in. */
export function totpForApp(secret: Buffer, issuer: string, email: string): { uri: string; text: string } {
  const app = new TOTP({ issuer, label: email, secret: secretOf(secret), period });
  return { uri: app.toString(), text: secretOf(secret).base32.replace(/(.{4})(?!$)/g, '$1 ') };
}

/**
 * The step of a code that may be taken now, else undefined. `lastStep` is the last one taken; one from beyond the window
 * was written while the clock was wrong, and counts no longer.
 */
export function stepOf(
  code: string,
  secret: Buffer,
  now: Date,
  lastStep: number | undefined,
): number | undefined {
  const token = code.replace(/[\s-]/g, '');
  if (!/^\d{6}$/.test(token)) return undefined;
  const timestamp = now.getTime();
  const delta = TOTP.validate({ token, secret: secretOf(secret), period, timestamp, window });
  if (delta === null) return undefined;
  const current = TOTP.counter({ period, timestamp });
  const step = current + delta;
  if (lastStep !== undefined && lastStep <= current + window && step <= lastStep) return undefined;
  return step;
}

function secretOf(bytes: Buffer): Secret {
  return new Secret({ buffer: new Uint8Array(bytes).buffer });
}
