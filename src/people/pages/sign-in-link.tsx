import {
  type ActionFunctionArgs,
  data,
  Form,
  Link,
  type LoaderFunctionArgs,
  redirect,
  useActionData,
} from 'react-router';
import { isProblem } from '../../kit/problem.ts';
import { loadPage } from '../../page-context.ts';
import { Button } from '../../ui/form.tsx';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { accountMessages } from '../account-messages.ts';
import { noCookie, outOfAddress, secretIn, sessionCookie } from '../session-cookie.ts';
import { signIn } from '../sign-in.ts';

/** A GET changes nothing: mail scanners open every link. The secret moves out of the address; the button opens it. */
export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, publicUrl, url }) => {
    const moved = outOfAddress(publicUrl, url, ctx.clock.now(), 'link');
    if (moved) throw moved;
    return null;
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
      if (isProblem(error) && error.kind === 'too-late') return data({ used: true }, { status: 410 });
      throw error;
    }
  });
}

export default function SignInLink() {
  const done = useActionData<typeof action>();
  const [language, say] = [useLanguage(), useMessages(accountMessages)];
  if (done?.used) {
    return (
      <Page title={say.usedTitle} lead={say.usedText} crumbs={[{ title: say.signIn }]}>
        <p>
          <Link to={`/${language}/sign-in`}>{say.again}</Link>
        </p>
      </Page>
    );
  }
  return (
    <Page title={say.confirmTitle} lead={say.confirmText} crumbs={[{ title: say.signIn }]}>
      <Form method="post" action={`/${language}/sign-in/link`} reloadDocument>
        <Button>{say.confirm}</Button>
      </Form>
    </Page>
  );
}
