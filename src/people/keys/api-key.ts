import { createHash, randomBytes } from 'node:crypto';

/**
 * An API key is made for a purpose and lives until it expires or is revoked; neither can be undone. It shows a secret,
 * of which a rotation makes another: then two work until the older one ends, never more. A secret is seen once; only
 * its SHA-256 is stored (it is 256 random bits, so a slow hash would add nothing). Three kinds of keys: a person's, to
 * read; a device's, to write datasets or to add readings to Things; and the demonstration's, which everybody sees.
 */
export type KeySecret = {
  prefix: string;
  createdAt: string;
  endsAt: string | null;
  firstUsedAt: string | null;
  lastUsedAt: string | null;
  live: boolean;
};

export const mostLiveSecrets = 2;

const shape = /^co_([a-z0-9]{8})_([A-Za-z0-9_-]{43})$/;

/** A new secret: `co_<prefix>_<secret>`. */
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

export const keyInAddress =
  'An API key never goes into an address, where others see it on its way. Send it as “Authorization: Bearer co_…”. Consider this key exposed: have it revoked and use a new one.';

/** Whether a key stands in the address: as a parameter, or anywhere in the path. */
export function holdsKey(url: string): boolean {
  if (!decoded(url).includes('co_')) return false;
  const [path = '', query = ''] = url.split(/\?(.*)/s);
  const said = [...new URLSearchParams(query)].flat();
  return inPath.test(decoded(path)) || said.some((text) => /^co_[a-z0-9]{8}_/.test(text.trim()));
}

/** A path as it may be logged: not with a key that somebody pasted into it. */
export function pathWithoutKey(path: string): string {
  return inPath.test(decoded(path)) ? '(a key stood in this path)' : path;
}

const inPath = /co_[a-z0-9]{8}_[A-Za-z0-9_-]{8}/;

/** Encoded once more than is sensible, too: proxies decode. */
function decoded(path: string): string {
  return path.replace(/%(?:25)*([0-7][0-9a-f])/gi, (_, code) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}
