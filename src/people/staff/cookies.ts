import { noCookie, type SecretCookie, secretCookie, secretIn } from '../sign-in/session-cookie.ts';

/** The secrets that a request's cookies hold. */
export function cookiesOf(request: Request, publicUrl: string): Partial<Record<SecretCookie, string>> {
  const header = request.headers.get('cookie');
  const names = ['pending', 'invitation', 'browser'] as const;
  return Object.fromEntries(names.map((name) => [name, secretIn(publicUrl, header, name)]));
}

/** Headers that set these cookies; null takes one away. */
export function setCookies(
  publicUrl: string,
  cookies: Partial<Record<SecretCookie, { secret: string; expiresAt: Date } | null>>,
): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(cookies) as [SecretCookie, (typeof cookies)[SecretCookie]][])
    headers.append('set-cookie', value ? secretCookie(publicUrl, name, value) : noCookie(publicUrl, name));
  return headers;
}

/** Where signing in leads: back to the invitation that was opened before, which can now be accepted, or to the staff pages. */
export const onward = (language: string, invitation: string | undefined): string =>
  `/${language}/${invitation ? 'invitation' : 'staff'}`;
