import {
  type ActionFunctionArgs,
  data,
  Link,
  type LoaderFunctionArgs,
  useActionData,
  useLoaderData,
} from 'react-router';
import { httpStatus, Problem } from '../../kit/problem.ts';
import { loadPage } from '../../page-context.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert } from '../../ui/parts.tsx';
import { accountMessages } from '../sign-in/account-messages.ts';
import { beginProviderSignIn } from '../sign-in/begin-provider-sign-in.ts';
import { ProviderForm } from '../sign-in/provider-button.tsx';
import { providerMessages } from '../sign-in/provider-messages.ts';
import { isRefusal, type Refusal, reasonOf, refusals } from '../sign-in/provider-refusal.ts';
import { secretCookie } from '../sign-in/session-cookie.ts';

type Answer = { address?: string; refused?: Refusal };

/** Shows why a sign-in came to nothing, with its status: `refused` in the address says which of a few it was. */
export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, url }) => {
    const name = ctx.config.OIDC_NAME;
    if (!name) throw new Problem('not-found', 'There is no such page.');
    const refused = url.searchParams.get('refused');
    if (!isRefusal(refused)) return data({ name, refused: undefined });
    return data({ name, refused }, { status: httpStatus[refusals[refused]] });
  });
}

export function action(args: ActionFunctionArgs) {
  return loadPage(args, async ({ ctx, language, publicUrl, from, form }) => {
    const path = (await form()).get('path');
    try {
      const begun = await beginProviderSignIn(ctx, {
        language,
        from,
        ...(typeof path === 'string' ? { path } : {}),
      });
      const cookie = secretCookie(publicUrl, 'provider', begun);
      return data<Answer>({ address: begun.address }, { headers: { 'set-cookie': cookie } });
    } catch (error) {
      const refused = reasonOf(error);
      if (!refused) throw error;
      return data<Answer>({ refused }, { status: httpStatus[refusals[refused]] });
    }
  });
}

export default function Provider() {
  const loaded = useLoaderData<typeof loader>();
  const done = useActionData<typeof action>();
  const [language, account, say] = [
    useLanguage(),
    useMessages(accountMessages),
    useMessages(providerMessages),
  ];
  const { name } = loaded;
  const crumbs = [{ title: account.signIn, to: `/${language}/sign-in` }, { title: name }];
  if (done?.address) {
    // Not a redirect: form-action would have to name the provider, and whatever it redirects to in turn.
    return (
      <Page title={say.going(name)} lead={say.goingText} crumbs={crumbs}>
        <meta httpEquiv="refresh" content={`0;url=${done.address}`} />
        <a className="usa-button" href={done.address}>
          {say.goingLink}
        </a>
      </Page>
    );
  }
  const refused = done ? done.refused : loaded.refused;
  return (
    <Page title={say.title(name)} lead={say.lead} crumbs={crumbs}>
      {refused ? <Alert kind="error">{words(say, refused, name)}</Alert> : null}
      <ProviderForm name={name} />
      <p>
        <Link to={`/${language}/sign-in`}>{say.byMail}</Link>
      </p>
    </Page>
  );
}

function words(say: (typeof providerMessages)['en'], refused: Refusal, name: string): string {
  const said = say[refused === 'too-many' ? 'tooMany' : refused];
  return typeof said === 'string' ? said : said(name);
}
