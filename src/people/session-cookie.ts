/**
 * The cookie that holds a session's secret. Scripts cannot read it; other sites cannot send it with a post; over TLS it
 * is bound to this very host [RFC 6265bis, __Host-].
 */
const nameFor = (publicUrl: string) =>
  publicUrl.startsWith('https:') ? '__Host-charter-oak' : 'charter-oak';

export function sessionCookie(publicUrl: string, secret: string, expiresAt: Date): string {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
  return `${nameFor(publicUrl)}=${secret}; Path=/; HttpOnly; SameSite=Lax; Expires=${expiresAt.toUTCString()}${secure}`;
}

/** The cookie that takes it away again. */
export const noSessionCookie = (publicUrl: string): string => sessionCookie(publicUrl, '', new Date(0));

/** The secret in a request's Cookie header, if it has the form of one. */
export function secretIn(publicUrl: string, header: string | undefined): string | undefined {
  const wanted = `${nameFor(publicUrl)}=`;
  const found = header?.split(/; */).find((cookie) => cookie.startsWith(wanted));
  const secret = found?.slice(wanted.length);
  return secret && /^[A-Za-z0-9_-]{43}$/.test(secret) ? secret : undefined;
}
