import {
  type ActionFunctionArgs,
  data,
  Form,
  Link,
  type LoaderFunctionArgs,
  redirect,
  useActionData,
  useLoaderData,
} from 'react-router';
import { isProblem } from '../../kit/problem.ts';
import { loadPage } from '../../page-context.ts';
import { Button } from '../../ui/form.tsx';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert } from '../../ui/parts.tsx';
import { accountMessages } from '../sign-in/account-messages.ts';
import { readSignInLink } from '../sign-in/read-sign-in-link.ts';
import { noCookie, outOfAddress, secretIn, sessionCookie } from '../sign-in/session-cookie.ts';
import { signIn } from '../sign-in/sign-in.ts';

/** A GET changes nothing: mail scanners open every link. The secret moves out of the address; the button
 * opens it. It says whom it signs in: a stranger's link would sign somebody in as the stranger. */
export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, publicUrl, url }) => {
    const moved = outOfAddress(publicUrl, url, ctx.clock.now(), 'link');
    if (moved) throw moved;
    const link = secretIn(publicUrl, args.request.headers.get('cookie'), 'link');
    if (!link) return { email: undefined, instead: undefined };
    try {
      const { email } = await readSignInLink(ctx, { link });
      const now = ctx.actor.kind === 'person' ? ctx.actor.name : email;
      return { email, instead: now === email ? undefined : now };
    } catch (error) {
      if (!isProblem(error) || error.kind !== 'too-late') throw error;
      return data({ email: undefined, instead: undefined }, { status: 410 });
    }
  });
}

export function action(args: ActionFunctionArgs) {
  return loadPage(args, async ({ ctx, language, publicUrl }) => {
    const link = secretIn(publicUrl, args.request.headers.get('cookie'), 'link') ?? '';
    try {
      const browser = args.request.headers.get('user-agent') ?? '';
      const { secret, expiresAt } = await signIn(ctx, { link, browser });
      const headers = new Headers({ 'set-cookie': sessionCookie(publicUrl, secret, expiresAt) });
      headers.append('set-cookie', noCookie(publicUrl, 'link'));
      return redirect(`/${language}/account`, { headers });
    } catch (error) {
      if (isProblem(error) && error.kind === 'too-late')
        return data({ used: true }, { status: 410, headers: { 'set-cookie': noCookie(publicUrl, 'link') } });
      throw error;
    }
  });
}

export default function SignInLink() {
  const { email, instead } = useLoaderData<typeof loader>();
  const done = useActionData<typeof action>();
  const [language, say] = [useLanguage(), useMessages(accountMessages)];
  if (done?.used || !email) {
    return (
      <Page title={say.usedTitle} lead={say.usedText} crumbs={[{ title: say.signIn }]}>
        <p>
          <Link to={`/${language}/sign-in`}>{say.again}</Link>
        </p>
      </Page>
    );
  }
  return (
    <Page title={say.confirmTitle} lead={say.confirmAs(email)} crumbs={[{ title: say.signIn }]}>
      {instead ? <Alert kind="warning">{say.confirmInstead(instead)}</Alert> : null}
      <p>{say.confirmText}</p>
      <p>{say.confirmStranger}</p>
      <Form method="post" action={`/${language}/sign-in/link`} reloadDocument>
        <Button>{say.confirm}</Button>
      </Form>
    </Page>
  );
}
