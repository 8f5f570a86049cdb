import { createHash, randomBytes } from 'node:crypto';

/**
 * An API key lets a program write. It is active from its making until it expires or is revoked; neither can be undone.
 * The secret is shown once; only its SHA-256 is stored (it is 256 random bits, so a slow hash would add nothing).
 */
export type ApiKey = {
  id: string;
  name: string;
  prefix: string;
  /** null: it may write every dataset. */
  datasetId: string | null;
};

const shape = /^co_([a-z0-9]{8})_([A-Za-z0-9_-]{43})$/;

/** A new key: `co_<prefix>_<secret>`. */
export function generateKey(): { key: string; prefix: string; hash: Buffer } {
  const prefix = randomBytes(8).toString('hex').slice(0, 8);
  const key = `co_${prefix}_${randomBytes(32).toString('base64url')}`;
  return { key, prefix, hash: hashKey(key) };
}

/** The prefix of a well-formed key, else undefined. */
export function prefixOf(key: string): string | undefined {
  return shape.exec(key)?.[1];
}

export function hashKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
