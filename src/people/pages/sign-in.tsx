import {
  type ActionFunctionArgs,
  data,
  Form,
  Link,
  type LoaderFunctionArgs,
  useActionData,
  useLoaderData,
  useSearchParams,
} from 'react-router';
import { isProblem } from '../../kit/problem.ts';
import { loadPage } from '../../page-context.ts';
import { Button, Input } from '../../ui/form.tsx';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { messages } from '../../ui/messages.ts';
import { Page } from '../../ui/page.tsx';
import { Alert } from '../../ui/parts.tsx';
import { linkMinutes } from '../person-defaults.ts';
import { accountMessages } from '../sign-in/account-messages.ts';
import { ProviderButton } from '../sign-in/provider-button.tsx';
import { requestSignInLink } from '../sign-in/request-sign-in-link.ts';
import { staffSignInMessages } from '../sign-in/staff-sign-in-messages.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, outbox }) => ({ outbox, provider: ctx.config.OIDC_NAME }));
}

export function action(args: ActionFunctionArgs) {
  return loadPage(args, async ({ ctx, language, publicUrl, from, form }) => {
    const email = String((await form()).get('email') ?? '').trim();
    const words = accountMessages[language];
    try {
      await requestSignInLink(ctx, {
        email,
        language,
        from,
        letter: (secret) => ({
          subject: words.letterSubject(new URL(publicUrl).host),
          text: words.letterText(`${publicUrl}/${language}/sign-in/link?link=${secret}`, linkMinutes),
        }),
      });
      return { sent: true, email, error: undefined };
    } catch (error) {
      if (!isProblem(error) || (error.kind !== 'invalid' && error.kind !== 'too-many')) throw error;
      const said = error.kind === 'invalid' ? words.emailWrong : words.tooMany;
      return data({ sent: false, email, error: said }, { status: error.kind === 'invalid' ? 400 : 429 });
    }
  });
}

export default function SignIn() {
  const { outbox, provider } = useLoaderData<typeof loader>();
  const done = useActionData<typeof action>();
  const [[query], shell] = [useSearchParams(), useMessages(messages)];
  const [language, say] = [useLanguage(), useMessages(accountMessages)];
  const staff = useMessages(staffSignInMessages);
  if (done?.sent) {
    return (
      <Page
        title={say.sentTitle}
        lead={say.sentText(done.email, linkMinutes)}
        crumbs={[{ title: say.signIn }]}
      >
        <p>{outbox ? <Link to={`/${language}/outbox`}>{say.sentOutbox}</Link> : say.sentNothing}</p>
        <p>
          <Link to={`/${language}/sign-in`}>{say.again}</Link>
        </p>
      </Page>
    );
  }
  return (
    <Page title={say.signIn} lead={say.signInLead} crumbs={[{ title: say.signIn }]}>
      {done?.error ? <Alert kind="error">{done.error}</Alert> : null}
      {query.has('ended') && !done ? <Alert kind="info">{shell.sessionOver}</Alert> : null}
      <Form method="post" reloadDocument className="usa-form" noValidate>
        <Input
          label={say.email}
          hint={say.emailHint}
          error={done?.error}
          name="email"
          type="email"
          autoComplete="email"
          required
          maxLength={254}
          defaultValue={done?.email}
        />
        <Button>{say.send}</Button>
      </Form>
      <ProviderButton name={provider} />
      <p>
        <Link to={`/${language}/staff/sign-in`}>{staff.staffLink}</Link>
      </p>
    </Page>
  );
}
