import {
  type ActionFunctionArgs,
  data,
  Form,
  Link,
  type LoaderFunctionArgs,
  useActionData,
  useLoaderData,
} from 'react-router';
import { loadPage } from '../../page-context.ts';
import { Button } from '../../ui/form.tsx';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert } from '../../ui/parts.tsx';
import { staffSignInMessages } from '../sign-in/staff-sign-in-messages.ts';
import { CodeFields, RecoveryFields } from '../staff/code-fields.tsx';
import { cookiesOf, onward, setCookies } from '../staff/cookies.ts';
import { finishSignIn } from '../staff/finish-sign-in.ts';
import { PasskeyButton } from '../staff/passkey-button.tsx';
import { readSecondStep } from '../staff/read-second-step.ts';
import { sayProblem } from '../staff/say-problem.ts';
import { signInWithPasskey } from '../staff/sign-in-with-passkey.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, publicUrl }) => ({
    step: await readSecondStep(ctx, { pending: cookiesOf(args.request, publicUrl).pending }),
  }));
}

export function action(args: ActionFunctionArgs) {
  return loadPage(args, async ({ ctx, language, publicUrl, form }) => {
    const fields = await form();
    const field = (name: string) => String(fields.get(name) ?? '');
    const words = staffSignInMessages[language];
    const { pending = '', browser, invitation } = cookiesOf(args.request, publicUrl);
    const agent = args.request.headers.get('user-agent') ?? '';
    const byPasskey = field('do') === 'passkey-second-step';
    try {
      const opened = byPasskey
        ? await signInWithPasskey(ctx, { pending, passkey: field('passkey'), agent, browser })
        : await finishSignIn(ctx, { pending, code: field('code'), agent, browser });
      const headers = setCookies(publicUrl, { ...opened, pending: null });
      return onward(args.request, language, invitation, headers);
    } catch (error) {
      const { said, status, kind } = sayProblem(
        error,
        language,
        byPasskey ? words.wrongPasskey : words.wrongCode,
      );
      return data({ error: said, field: kind === 'invalid' ? field('do') : '' }, { status });
    }
  });
}

export default function SecondStep() {
  const { step } = useLoaderData<typeof loader>();
  const done = useActionData<typeof action>();
  const [language, say] = [useLanguage(), useMessages(staffSignInMessages)];
  const errorOf = (field: string) => (done?.field === field ? done.error : undefined);
  const start = `/${language}/staff/sign-in`;
  return (
    <Page
      title={say.secondTitle}
      lead={step ? say.secondLead : say.tooLate}
      crumbs={[{ title: say.title, to: start }, { title: say.secondTitle }]}
    >
      {done?.error && step ? <Alert kind="error">{done.error}</Alert> : null}
      {step ? (
        <>
          <Form method="post" reloadDocument className="usa-form">
            <CodeFields error={errorOf('code')} />
            <Button name="do" value="code">
              {say.signIn}
            </Button>
          </Form>
          {step.passkeys ? <PasskeyButton purpose="second-step" label={say.withPasskey} /> : null}
          <details open={done?.field === 'recovery'}>
            <summary>{say.lost}</summary>
            <Form method="post" reloadDocument className="usa-form">
              <RecoveryFields error={errorOf('recovery')} />
              <Button name="do" value="recovery" kind="outline">
                {say.useRecovery}
              </Button>
            </Form>
          </details>
        </>
      ) : null}
      <p>
        <Link to={start}>{say.beginAgain}</Link>
      </p>
    </Page>
  );
}
