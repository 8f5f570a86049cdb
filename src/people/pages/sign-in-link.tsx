import {
  type ActionFunctionArgs,
  data,
  Form,
  Link,
  redirect,
  useActionData,
  useSearchParams,
} from 'react-router';
import { isProblem } from '../../kit/problem.ts';
import { loadPage } from '../../page-context.ts';
import { Button } from '../../ui/form.tsx';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { accountMessages } from '../account-messages.ts';
import { sessionCookie } from '../session-cookie.ts';
import { signIn } from '../sign-in.ts';

/** A GET changes nothing: mail scanners open every link. The button posts it. */
export function action(args: ActionFunctionArgs) {
  return loadPage(args, async ({ ctx, language, publicUrl, form }) => {
    const link = String((await form()).get('link') ?? '');
    try {
      const browser = args.request.headers.get('user-agent') ?? '';
      const { secret, expiresAt } = await signIn(ctx, { link, browser });
      return redirect(`/${language}/account`, {
        headers: { 'set-cookie': sessionCookie(publicUrl, secret, expiresAt) },
      });
    } catch (error) {
      if (isProblem(error) && error.kind === 'too-late') return data({ used: true }, { status: 410 });
      throw error;
    }
  });
}

export default function SignInLink() {
  const [query] = useSearchParams();
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
        <input type="hidden" name="link" value={query.get('link') ?? ''} />
        <Button>{say.confirm}</Button>
      </Form>
    </Page>
  );
}
