import { type LoaderFunctionArgs, redirect } from 'react-router';
import { asPageError, pageContext } from '../../page-context.ts';
import { isLanguage, preferredLanguage } from '../../ui/language.ts';
import { finishProviderSignIn } from '../sign-in/finish-provider-sign-in.ts';
import { reasonOf } from '../sign-in/provider-refusal.ts';
import { noCookie, secretIn, sessionCookie } from '../sign-in/session-cookie.ts';

/**
 * Where the identity provider sends the browser back to: one address for every language, which the begun sign-in knows.
 * Always leads on, so that the code stays neither in the address bar nor in the history.
 */
export async function loader({ context, request }: LoaderFunctionArgs) {
  const { ctx, publicUrl } = context.get(pageContext);
  const headers = new Headers({ 'cache-control': 'private, no-store' });
  const { headers: asked } = request;
  try {
    const { secret, expiresAt, language, path } = await finishProviderSignIn(ctx, {
      secret: secretIn(publicUrl, asked.get('cookie'), 'provider'),
      answer: new URL(request.url).searchParams,
      browser: asked.get('user-agent') ?? '',
    });
    headers.append('set-cookie', noCookie(publicUrl, 'provider'));
    headers.append('set-cookie', sessionCookie(publicUrl, secret, expiresAt));
    return redirect(`/${language}${path}`, { headers });
  } catch (error) {
    const reason = reasonOf(error);
    if (!reason) throw asPageError(error);
    const { language } = (error as { details: { language?: string } }).details;
    const spoken = isLanguage(language)
      ? language
      : preferredLanguage(asked.get('accept-language') ?? undefined);
    return redirect(`/${spoken}/sign-in/provider?refused=${reason}`, { headers });
  }
}

/** Never seen; it lets what goes wrong be shown as an error page. */
export default function ProviderBack() {
  return null;
}
