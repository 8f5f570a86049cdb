/**
 * Cookies that hold a secret: a session's, or for some minutes that of a link which was opened, so that it stays neither
 * in the address bar nor in the history. Scripts cannot read them; other sites cannot send them with a post; over TLS
 * they are bound to this very host [RFC 6265bis, __Host-].
 */
export type CookieName =
  | 'charter-oak'
  | 'charter-oak-link'
  | 'charter-oak-invitation'
  | 'charter-oak-provider';

const isSecure = (publicUrl: string) => publicUrl.startsWith('https:');
const fullName = (publicUrl: string, name: CookieName) => `${isSecure(publicUrl) ? '__Host-' : ''}${name}`;

export function secretCookie(publicUrl: string, name: CookieName, secret: string, expiresAt: Date): string {
  const secure = isSecure(publicUrl) ? '; Secure' : '';
  return `${fullName(publicUrl, name)}=${secret}; Path=/; HttpOnly; SameSite=Lax; Expires=${expiresAt.toUTCString()}${secure}`;
}

/** The cookie that takes it away again. */
export const noSecretCookie = (publicUrl: string, name: CookieName): string =>
  secretCookie(publicUrl, name, '', new Date(0));

/** The secret in a request's Cookie header, if it has the form of one. */
export function secretOf(
  publicUrl: string,
  name: CookieName,
  header: string | null | undefined,
): string | undefined {
  const wanted = `${fullName(publicUrl, name)}=`;
  const found = header?.split(/; */).find((cookie) => cookie.startsWith(wanted));
  const secret = found?.slice(wanted.length);
  return secret && /^[A-Za-z0-9_-]{43}$/.test(secret) ? secret : undefined;
}
