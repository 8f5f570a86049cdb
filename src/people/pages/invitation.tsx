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
import { Alert, Section } from '../../ui/parts.tsx';
import { ProviderButton } from '../sign-in/provider-button.tsx';
import { outOfAddress } from '../sign-in/session-cookie.ts';
import { staffSignInMessages } from '../sign-in/staff-sign-in-messages.ts';
import { acceptInvitation } from '../staff/accept-invitation.ts';
import { RecoveryCodes, ShownAppSecret } from '../staff/app-secret.tsx';
import { beginEnrollment } from '../staff/begin-enrollment.ts';
import { CodeFields, NewPasswordFields } from '../staff/code-fields.tsx';
import { cookiesOf, setCookies } from '../staff/cookies.ts';
import { finishEnrollment } from '../staff/finish-enrollment.ts';
import { InvitationFacts } from '../staff/invitation-facts.tsx';
import { PasskeyButton } from '../staff/passkey-button.tsx';
import { readEnrollment } from '../staff/read-enrollment.ts';
import { readInvitation } from '../staff/read-invitation.ts';
import { sayProblem } from '../staff/say-problem.ts';

/** Mail scanners open every link: this changes nothing, and moves the secret out of the address. */
export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, publicUrl, url }) => {
    const moved = outOfAddress(publicUrl, url, ctx.clock.now(), 'invitation');
    if (moved) throw moved;
    const cookies = cookiesOf(args.request, publicUrl);
    if (!cookies.invitation) return data({ state: 'none' as const });
    try {
      const invitation = await readInvitation(ctx, { invitation: cookies.invitation });
      const { pending } = cookies;
      const app = await readEnrollment(ctx, { purpose: 'enroll', pending, email: invitation.email });
      return data({ state: 'open' as const, invitation, app, provider: ctx.config.OIDC_NAME });
    } catch (error) {
      if (!isProblem(error) || error.kind !== 'too-late') throw error;
      // One that is over leads nobody back here.
      const headers = setCookies(publicUrl, { invitation: null });
      return data({ state: 'over' as const }, { headers });
    }
  });
}

export function action(args: ActionFunctionArgs) {
  return loadPage(args, async ({ ctx, language, publicUrl, form }) => {
    const fields = await form();
    const field = (name: string) => String(fields.get(name) ?? '');
    const words = staffSignInMessages[language];
    const { invitation = '', pending = '', browser } = cookiesOf(args.request, publicUrl);
    const agent = args.request.headers.get('user-agent') ?? '';
    const here = (cookies: Parameters<typeof setCookies>[1]) =>
      redirect(`/${language}/invitation`, { headers: setCookies(publicUrl, cookies) });
    const wish = field('do');
    try {
      if (wish === 'again') return here({ pending: null });
      if (wish === 'accept') {
        await acceptInvitation(ctx, { invitation });
        const headers = setCookies(publicUrl, { invitation: null });
        return redirect(`/${language}/staff`, { headers });
      }
      if (wish === 'password') {
        if (field('password') !== field('again'))
          return data({ error: words.notSame, field: 'again' }, { status: 400 });
        const begun = await beginEnrollment(ctx, { invitation, choice: { password: field('password') } });
        return here({ pending: begun.pending });
      }
      const proof =
        wish === 'code' ? { code: field('code') } : { passkey: field('passkey'), name: words.firstPasskey };
      const done = await finishEnrollment(ctx, { invitation, pending, proof, agent, browser });
      const headers = setCookies(publicUrl, {
        session: done.session,
        browser: done.browser,
        pending: null,
        invitation: null,
      });
      if (done.recoveryCodes.length === 0) return redirect(`/${language}/staff`, { headers });
      headers.set('cache-control', 'no-store');
      return data({ codes: done.recoveryCodes }, { headers });
    } catch (error) {
      const wrong = wish === 'code' ? words.wrongCode : words.wrongPasskey;
      const { said, status, kind } = sayProblem(error, language, wrong);
      return data({ error: said, field: kind === 'invalid' ? wish : '' }, { status });
    }
  });
}

type Done = { error?: string; field?: string; codes?: string[] };

export default function InvitationPage() {
  const page = useLoaderData<typeof loader>();
  const done = useActionData<Done>();
  const [language, say] = [useLanguage(), useMessages(staffSignInMessages)];
  const errorOf = (field: string) => (done?.field === field ? done.error : undefined);
  const crumbs = [{ title: say.invitation }];
  if (done?.codes) {
    return (
      <Page title={say.doneTitle} lead={say.doneLead} crumbs={crumbs}>
        <RecoveryCodes codes={done.codes} />
        <p>
          <a href={`/${language}/staff`}>{say.toAccount}</a>
        </p>
      </Page>
    );
  }
  if (page.state !== 'open') {
    const over = page.state === 'over';
    return (
      <Page
        title={over ? say.overTitle : say.noneTitle}
        lead={over ? say.overText : say.noneText}
        crumbs={crumbs}
      >
        {null}
      </Page>
    );
  }
  const { invitation, app, provider } = page;
  const reset = invitation.role === null;
  return (
    <Page
      title={reset ? say.resetTitle : say.invitationTitle(invitation.name)}
      lead={reset ? say.resetLead : invitation.next === 'enroll' ? say.invitedAs : say.newRole}
      crumbs={crumbs}
    >
      {done?.error ? <Alert kind="error">{done.error}</Alert> : null}
      <InvitationFacts invitation={invitation} />
      {invitation.next === 'accept' ? (
        <Form method="post" reloadDocument className="usa-form">
          <Button name="do" value="accept">
            {say.accept}
          </Button>
        </Form>
      ) : null}
      {invitation.next === 'sign-in' ? (
        <Section title={say.signInFirst} id="sign-in">
          <p>{say.signInFirstText}</p>
          <p>
            <Link to={`/${language}/staff/sign-in`}>{say.title}</Link>
          </p>
        </Section>
      ) : null}
      {invitation.next === 'enroll' && app ? (
        <Section title={say.appTitle} id="app">
          <ShownAppSecret app={app} />
          <Form method="post" reloadDocument className="usa-form">
            <CodeFields error={errorOf('code')} />
            <Button name="do" value="code">
              {say.confirm}
            </Button>
          </Form>
          <Form method="post" reloadDocument>
            <Button name="do" value="again" kind="unstyled">
              {say.beginAgain}
            </Button>
          </Form>
        </Section>
      ) : null}
      {invitation.next === 'enroll' && !app ? (
        <>
          <Section title={say.choosePassword} id="password">
            <Form method="post" reloadDocument className="usa-form">
              <NewPasswordFields email={invitation.email} errorOf={errorOf} />
              <Button name="do" value="password">
                {say.next}
              </Button>
            </Form>
          </Section>
          <Section title={say.choosePasskey} id="passkey">
            <p>{say.passkeyText}</p>
            <PasskeyButton purpose="enroll" label={say.makePasskey} />
          </Section>
        </>
      ) : null}
      {reset || invitation.next === 'accept' || app ? null : <ProviderButton name={provider} path="/staff" />}
    </Page>
  );
}
