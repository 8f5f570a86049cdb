import {
  type ActionFunctionArgs,
  data,
  Form,
  Link,
  type LoaderFunctionArgs,
  redirect,
  useActionData,
  useLoaderData,
  useSearchParams,
} from 'react-router';
import { loadPage } from '../../page-context.ts';
import { Button, Input } from '../../ui/form.tsx';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { messages } from '../../ui/messages.ts';
import { Page } from '../../ui/page.tsx';
import { Alert, Section } from '../../ui/parts.tsx';
import { ProviderButton } from '../sign-in/provider-button.tsx';
import { staffSignInMessages } from '../sign-in/staff-sign-in-messages.ts';
import { cookiesOf, onward, setCookies } from '../staff/cookies.ts';
import { PasskeyButton } from '../staff/passkey-button.tsx';
import { sayProblem } from '../staff/say-problem.ts';
import { signInWithPasskey } from '../staff/sign-in-with-passkey.ts';
import { signInWithPassword } from '../staff/sign-in-with-password.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx }) => ({ provider: ctx.config.OIDC_NAME }));
}

export function action(args: ActionFunctionArgs) {
  return loadPage(args, async ({ ctx, language, publicUrl, from, form }) => {
    const fields = await form();
    const field = (name: string) => String(fields.get(name) ?? '');
    const words = staffSignInMessages[language];
    const { pending = '', browser, invitation } = cookiesOf(args.request, publicUrl);
    const byPasskey = field('do') === 'passkey-sign-in';
    try {
      if (byPasskey) {
        const agent = args.request.headers.get('user-agent') ?? '';
        const opened = await signInWithPasskey(ctx, { pending, passkey: field('passkey'), agent, browser });
        const headers = setCookies(publicUrl, { ...opened, pending: null });
        return onward(args.request, language, invitation, headers);
      }
      const step = await signInWithPassword(ctx, {
        email: field('email'),
        password: field('password'),
        from,
        browser,
      });
      return redirect(`/${language}/staff/sign-in/second-step`, {
        headers: setCookies(publicUrl, { pending: step }),
      });
    } catch (error) {
      const { said, status } = sayProblem(
        error,
        language,
        byPasskey ? words.wrongPasskey : words.wrongPassword,
      );
      return data({ error: said, email: field('email') }, { status });
    }
  });
}

export default function StaffSignIn() {
  const { provider } = useLoaderData<typeof loader>();
  const done = useActionData<typeof action>();
  const [[query], shell] = [useSearchParams(), useMessages(messages)];
  const [language, say] = [useLanguage(), useMessages(staffSignInMessages)];
  return (
    <Page title={say.title} lead={say.lead} crumbs={[{ title: say.title }]}>
      {done?.error ? <Alert kind="error">{done.error}</Alert> : null}
      {query.has('ended') && !done ? <Alert kind="info">{shell.sessionOver}</Alert> : null}
      <Form method="post" reloadDocument className="usa-form">
        <Input
          label={say.email}
          name="email"
          type="email"
          autoComplete="username"
          required
          maxLength={254}
          defaultValue={done?.email}
        />
        <Input
          label={say.password}
          name="password"
          type="password"
          autoComplete="current-password"
          required
          maxLength={400}
        />
        <Button>{say.next}</Button>
      </Form>
      <Section title={say.choosePasskey} id="passkey">
        <PasskeyButton purpose="sign-in" label={say.withPasskey} />
        <noscript>{say.passkeyNowhere}</noscript>
      </Section>
      <ProviderButton name={provider} path="/staff" />
      <p>
        <Link to={`/${language}/sign-in`}>{say.resident}</Link>
      </p>
    </Page>
  );
}
