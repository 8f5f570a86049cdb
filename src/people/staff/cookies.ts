import { redirect } from 'react-router';
import { nextPageCookie } from '../../page-context.ts';
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

/**
 * Where signing in leads: back to the invitation that was opened before, which can now be accepted; to the page of staff
 * or of the account that was asked for; or to the staff pages.
 */
export function onward(
  request: Request,
  language: string,
  invitation: string | undefined,
  headers: Headers,
): Response {
  headers.append('set-cookie', `${nextPageCookie}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`);
  const path = invitation ? `/${language}/invitation` : (nextPage(request) ?? `/${language}/staff`);
  return redirect(path, { headers });
}

/** Only a page of our own, whatever the cookie says. */
function nextPage(request: Request): string | undefined {
  const cookies = request.headers.get('cookie')?.split(/; */) ?? [];
  const value = cookies
    .find((each) => each.startsWith(`${nextPageCookie}=`))
    ?.slice(nextPageCookie.length + 1);
  if (!value) return undefined;
  try {
    const path = decodeURIComponent(value);
    return /^\/(en|es)\/(staff|account)([/?][\w/.?&=%+~:-]*)?$/.test(path) && path.length < 500
      ? path
      : undefined;
  } catch {
    return undefined;
  }
}
