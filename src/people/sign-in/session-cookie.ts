import { letterCookieMinutes } from '../person-defaults.ts';

/**
 * Cookies that hold a secret: of a session, of what lies between two steps of signing in (here or at the identity
 * provider), of a letter's link that moved out of the address, of a browser that is known. Scripts cannot read them; other
 * sites cannot send them with a post; over TLS they are bound to this very host [RFC 6265bis, __Host-].
 */
export type SecretCookie = 'session' | 'pending' | 'invitation' | 'link' | 'provider' | 'browser';

const nameFor = (publicUrl: string, cookie: SecretCookie): string =>
  `${publicUrl.startsWith('https:') ? '__Host-' : ''}charter-oak${cookie === 'session' ? '' : `-${cookie}`}`;

export function secretCookie(
  publicUrl: string,
  cookie: SecretCookie,
  { secret, expiresAt }: { secret: string; expiresAt: Date },
): string {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
  return `${nameFor(publicUrl, cookie)}=${secret}; Path=/; HttpOnly; SameSite=Lax; Expires=${expiresAt.toUTCString()}${secure}`;
}

/** The cookie that takes one away again. */
export const noCookie = (publicUrl: string, cookie: SecretCookie): string =>
  secretCookie(publicUrl, cookie, { secret: '', expiresAt: new Date(0) });

export const sessionCookie = (publicUrl: string, secret: string, expiresAt: Date): string =>
  secretCookie(publicUrl, 'session', { secret, expiresAt });
export const noSessionCookie = (publicUrl: string): string => noCookie(publicUrl, 'session');

/** The secret in a request's Cookie header, if it has the form of one. */
export function secretIn(
  publicUrl: string,
  header: string | null | undefined,
  cookie: SecretCookie = 'session',
): string | undefined {
  const wanted = `${nameFor(publicUrl, cookie)}=`;
  const found = header?.split(/; */).find((each) => each.startsWith(wanted));
  const secret = found?.slice(wanted.length);
  return secret && /^[A-Za-z0-9_-]{43}$/.test(secret) ? secret : undefined;
}

/**
 * What answers the first view of a letter's link: the same page without the secret in its address, so that it stays in
 * no history; the browser keeps it for a while. Changes nothing here: mail scanners open every link.
 */
export function outOfAddress(
  publicUrl: string,
  url: URL,
  now: Date,
  cookie: 'invitation' | 'link',
): Response | undefined {
  const secret = url.searchParams.get(cookie);
  if (secret === null) return undefined;
  const expiresAt = new Date(now.getTime() + letterCookieMinutes * 60_000);
  const kept = /^[A-Za-z0-9_-]{43}$/.test(secret)
    ? secretCookie(publicUrl, cookie, { secret, expiresAt })
    : noCookie(publicUrl, cookie);
  return new Response(null, {
    status: 303,
    headers: { location: url.pathname, 'set-cookie': kept, 'cache-control': 'no-store' },
  });
}
