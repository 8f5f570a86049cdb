import {
  type ActionFunctionArgs,
  Form,
  Link,
  type LoaderFunctionArgs,
  redirect,
  useLoaderData,
} from 'react-router';
import { isProblem } from '../../kit/problem.ts';
import { loadPage } from '../../page-context.ts';
import { Button, Checkbox } from '../../ui/form.tsx';
import { languageNames } from '../../ui/language.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Facts, Section, Table } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { browserName } from '../browser-name.ts';
import { acceptTerms } from '../keys/accept-terms.ts';
import { makeKey } from '../keys/key-form.ts';
import { readTerms } from '../keys/read-terms.ts';
import { ReadingKeys } from '../keys/reading-keys.tsx';
import { OwnCasesList, WhatStays } from '../own-cases.tsx';
import { accountMessages } from '../sign-in/account-messages.ts';
import { deleteAccount } from '../sign-in/delete-account.ts';
import { GrantedDatasets } from '../sign-in/granted-datasets.tsx';
import { providerMessages } from '../sign-in/provider-messages.ts';
import { readAccount } from '../sign-in/read-account.ts';
import { securityMessages } from '../sign-in/security-messages.ts';
import { noSessionCookie } from '../sign-in/session-cookie.ts';
import { signOut } from '../sign-in/sign-out.ts';
import { mayEndOthers } from '../staff/fresh-session.ts';
import '../keys/keys.css';

export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, language, ownCases }) => {
    if (ctx.actor.kind !== 'person') throw redirect(`/${language}/sign-in`);
    return {
      own: await ownCases(ctx, { language }),
      account: await readAccount(ctx),
      mayEnd: await mayEndOthers(ctx.app, ctx),
      terms: await readTerms(ctx),
      provider: ctx.config.OIDC_NAME,
    };
  });
}

export function action(args: ActionFunctionArgs) {
  return loadPage(args, async ({ ctx, language, publicUrl, form }) => {
    if (ctx.actor.kind !== 'person') throw redirect(`/${language}/sign-in`);
    const fields = await form();
    const wish = String(fields.get('do') ?? '');
    const here = redirect(`/${language}/account`);
    if (wish === 'make-key') return makeKey(ctx, language, fields);
    if (wish === 'accept-terms') {
      await acceptTerms(ctx, { terms: fields.getAll('terms').map(String) }).catch((error: unknown) => {
        // Whoever has not ticked every box sees the question again.
        if (!isProblem(error) || error.kind !== 'invalid') throw error;
      });
      return redirect(`/${language}/account#keys`);
    }
    try {
      if (wish === 'end') {
        await signOut(ctx, { session: String(fields.get('session') ?? '') });
        return here;
      }
      if (wish === 'all') await signOut(ctx, 'all');
    } catch (error) {
      // The page says what to do where the last factor is too long ago.
      if (!isProblem(error) || error.kind !== 'invalid') throw error;
      return redirect(`/${language}/account#sessions`);
    }
    if (wish === 'delete' && fields.get('sure') !== 'yes') return here;
    if (wish === 'delete') await deleteAccount(ctx);
    else if (wish !== 'all') await signOut(ctx, 'this');
    return redirect(`/${language}`, { headers: { 'set-cookie': noSessionCookie(publicUrl) } });
  });
}

export default function MyAccount() {
  const { account, own, mayEnd, terms, provider } = useLoaderData<typeof loader>();
  const [language, say, sayProvider, security] = [
    useLanguage(),
    useMessages(accountMessages),
    useMessages(providerMessages),
    useMessages(securityMessages),
  ];
  const method = account.sessions.find(({ current }) => current)?.method ?? '';
  const throughProvider = method === 'provider';
  const ownFactors = ['second-factor', 'passkey'].includes(method);
  const name = (browser: string) => browserName(browser) || say.unnamed;
  const endCell = (session: (typeof account.sessions)[number]) =>
    session.current ? (
      say.thisOne
    ) : !mayEnd ? (
      '–'
    ) : (
      <Form key="end" method="post" reloadDocument>
        <input type="hidden" name="session" value={session.id} />
        <Button name="do" value="end" kind="unstyled" aria-label={say.endLabel(name(session.browser))}>
          {say.end}
        </Button>
      </Form>
    );
  return (
    <Page title={say.account} lead={say.accountLead(account.email)} crumbs={[{ title: say.account }]}>
      {provider && throughProvider ? <p>{sayProvider.stays(provider)}</p> : null}
      {ownFactors ? (
        <p>
          <Link to={`/${language}/account/security`}>{security.link}</Link>
        </p>
      ) : null}
      <ReadingKeys keys={account.keys} terms={terms} />
      <GrantedDatasets grants={account.grants} />
      <Section title={say.sessionsTitle} id="sessions">
        <Table
          caption={say.sessionsTitle}
          captionHidden
          stacked
          columns={[
            { title: say.browser },
            { title: say.signedInAt },
            { title: say.lastSeen },
            { title: say.end },
          ]}
          rows={account.sessions.map((session) => ({
            key: session.id,
            cells: [
              <span key="browser" lang="en">
                {name(session.browser)}
              </span>,
              <Time key="made" at={session.createdAt} />,
              <Time key="seen" at={session.seenAt} />,
              endCell(session),
            ],
          }))}
        />
        {mayEnd ? (
          <Form method="post" reloadDocument>
            <Button name="do" value="all" kind="outline">
              {say.signOutAll}
            </Button>
          </Form>
        ) : (
          <p>
            <Link
              to={ownFactors ? `/${language}/account/security?for=sessions` : `/${language}/staff/sign-in`}
            >
              {ownFactors ? say.showToEnd : say.signInToEnd}
            </Link>
          </p>
        )}
      </Section>
      <OwnCasesList own={own} />
      <Section title={say.keptTitle} id="kept">
        <Facts
          facts={[
            { term: say.email, value: account.email },
            { term: say.since, value: <Time at={account.createdAt} /> },
            ...account.identities.map(({ issuer, subject }) => ({
              term: sayProvider.account,
              value: `${subject} (${issuer})`,
            })),
            { term: say.letters, value: languageNames[account.language === 'es' ? 'es' : 'en'] },
          ]}
        />
        <p>
          <a
            download="charter-oak-account.json"
            href={`data:application/json;charset=utf-8,${encodeURIComponent(JSON.stringify({ ...account, cases: own.cases }, null, 2))}`}
          >
            {say.takeAlong}
          </a>
        </p>
      </Section>
      <Section title={say.deleteTitle} id="delete">
        <p>{say.deleteText}</p>
        <WhatStays own={own} />
        <Form method="post" reloadDocument className="usa-form">
          <Checkbox name="sure" value="yes" label={say.deleteConfirm} />
          <Button name="do" value="delete" kind="outline">
            {say.delete}
          </Button>
        </Form>
      </Section>
    </Page>
  );
}
