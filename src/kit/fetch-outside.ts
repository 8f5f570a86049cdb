import { lookup } from 'node:dns';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { Problem } from './problem.ts';

/**
 * Gets what an address that somebody wrote gives, and reaches no machine inside by it: every address that a name leads to
 * is looked at when the connection is made, at each redirect anew, so a name that changes its mind gains nothing.
 * Bounded in bytes (unpacked ones) and in time. Errors: invalid, with a reason that may be shown.
 */
export type Fetched = {
  /** Where the answer came from, after redirects. */
  url: string;
  contentType: string;
  /** What the answer is known by, to ask later whether there is another. */
  etag: string | null;
  lastModified: string | null;
  /** It is still what it was by `unless`; then there is no body. */
  unchanged: boolean;
  /** Reading fails with a Problem when there are more bytes than may be, or when it takes too long. */
  body: AsyncIterable<Buffer>;
};
export type FetchLimits = {
  bytes: number;
  /** For the whole answer. */
  milliseconds: number;
  /** Names or addresses inside that may be reached all the same, each with its port where not the usual one. */
  inside?: readonly string[];
  accept?: string;
  /** Of an earlier answer: where it still holds, nothing is sent again [RFC 9110 §13]. */
  unless?: { etag: string | null; lastModified: string | null };
  signal?: AbortSignal | undefined;
};

const mostRedirects = 5;
/** Without a byte for so long, an answer is given up. */
const idleMilliseconds = 20_000;

export async function fetchOutside(address: string, limits: FetchLimits): Promise<Fetched> {
  const ends = AbortSignal.timeout(limits.milliseconds);
  const signal = limits.signal ? AbortSignal.any([limits.signal, ends]) : ends;
  let url = webAddress(address);
  for (let redirects = 0; ; redirects++) {
    const answer = await ask(url, limits, signal);
    const status = answer.statusCode ?? 0;
    const { location } = answer.headers;
    if (status >= 300 && status < 400 && location !== undefined) {
      answer.destroy();
      if (redirects === mostRedirects) throw refused(`${shown(url)} leads on and on.`);
      url = webAddress(location, url);
      continue;
    }
    const known = {
      etag: answer.headers.etag?.slice(0, 500) ?? null,
      lastModified: answer.headers['last-modified']?.slice(0, 100) ?? null,
    };
    if (status === 304 && limits.unless) {
      answer.destroy();
      return { url: url.href, contentType: '', ...known, unchanged: true, body: nothing() };
    }
    if (status !== 200) {
      answer.destroy();
      throw refused(`${shown(url)} answered ${status}.`);
    }
    return {
      url: url.href,
      contentType: String(answer.headers['content-type'] ?? '').slice(0, 200),
      ...known,
      unchanged: false,
      body: bounded(answer, url, limits, signal),
    };
  }
}

async function* nothing(): AsyncGenerator<Buffer> {}

/** An address of the web as it may be asked for. Errors: invalid. */
export function webAddress(text: string, base?: URL): URL {
  const url = URL.parse(text, base);
  if (!url || text.length > 2000 || !/^https?:$/.test(url.protocol) || !url.hostname)
    throw refused(`“${text.slice(0, 200)}” is not an address that begins with http:// or https://.`);
  if (url.username || url.password) throw refused('An address with a name and a password is not asked.');
  return url;
}

function ask(url: URL, limits: FetchLimits, signal: AbortSignal): Promise<IncomingMessage> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isAllowed = (limits.inside ?? []).some((each) => each === url.host || each === url.hostname);
  if (!isAllowed && isIP(host) && isInside(host)) throw inside(url);
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(
      url,
      {
        // A connection of its own: one that is kept could lead where nobody has looked.
        agent: false,
        signal,
        timeout: idleMilliseconds,
        headers: {
          accept: limits.accept ?? '*/*',
          'accept-encoding': 'gzip, deflate, br',
          'user-agent': 'CharterOak',
          ...(limits.unless?.etag ? { 'if-none-match': limits.unless.etag } : {}),
          ...(limits.unless?.lastModified ? { 'if-modified-since': limits.unless.lastModified } : {}),
        },
        ...(isAllowed ? {} : { lookup: lookupOutside(url) }),
      },
      resolve,
    );
    request.on('timeout', () => request.destroy(refused(`${shown(url)} does not answer.`)));
    request.on('error', (error) => reject(explain(error, url)));
    request.end();
  });
}

/** As the usual one, and fails where any address of the name lies inside. */
const lookupOutside =
  (url: URL): LookupFunction =>
  (hostname, options, done) =>
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return done(error, '', 0);
      const [first] = found;
      if (!first || found.some(({ address }) => isInside(address))) return done(inside(url), '', 0);
      if (options.all) return done(null, found);
      done(null, first.address, first.family);
    });

async function* bounded(
  answer: IncomingMessage,
  url: URL,
  limits: FetchLimits,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const unpack = unpackers[String(answer.headers['content-encoding'] ?? '').toLowerCase()]?.();
  const source: Readable = unpack ?? answer;
  if (unpack) {
    answer.on('error', (error) => unpack.destroy(error));
    answer.pipe(unpack);
  }
  const end = () => source.destroy(signal.reason as Error);
  signal.addEventListener('abort', end);
  let bytes = 0;
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > limits.bytes)
        throw refused(
          `${shown(url)} sends more than ${Math.floor(limits.bytes / 1024 / 1024)} MB, which is the most that is taken.`,
        );
      yield chunk;
    }
  } catch (error) {
    throw explain(error, url);
  } finally {
    signal.removeEventListener('abort', end);
    answer.destroy();
    unpack?.destroy();
  }
}

const unpackers: Record<string, () => Readable & NodeJS.WritableStream> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
};

// Addresses that do not lead to the public internet [RFC 6890, IANA's special-purpose registries].
const blocked = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  blocked.addSubnet(net, bits, 'ipv4');
// Of IPv6 only what is given out as public, without what carries an IPv4 address within it.
const given = new BlockList();
given.addSubnet('2000::', 3, 'ipv6');
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  blocked.addSubnet(net, bits, 'ipv6');

export function isInside(address: string): boolean {
  const plain = address.split('%', 1)[0] as string;
  const family = isIP(plain);
  if (family === 4) return blocked.check(plain, 'ipv4');
  if (family === 6) return !given.check(plain, 'ipv6') || blocked.check(plain, 'ipv6');
  return true;
}

/** An address as messages tell it: what a query carries is nobody's to read. */
const shown = (url: URL): string => `${url.origin}${url.pathname}`.slice(0, 200);
const refused = (message: string, cause?: unknown) => new Problem('invalid', message, { cause });
const inside = (url: URL) =>
  refused(
    `${url.hostname} lies inside this network, or nowhere that is public, and is not asked. An operator can allow it: FETCH_INTERNAL.`,
  );

function explain(error: unknown, url: URL): unknown {
  const { code = '', name = '' } = error as { code?: string; name?: string };
  if (name === 'Problem') return error;
  // A stop of the program is the caller's own.
  if (name === 'TimeoutError' || (error as { cause?: { name?: string } }).cause?.name === 'TimeoutError')
    return refused(`${shown(url)} took too long.`, error);
  if (name === 'AbortError') return error;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return refused(`There is no ${url.hostname}.`, error);
  if (/^Z_|^ERR_(_|BROTLI)/.test(code)) return refused(`${shown(url)} sends what cannot be unpacked.`, error);
  return refused(`${shown(url)} cannot be read (${code || 'it broke off'}).`, error);
}
