import {
  type ActionFunctionArgs,
  data,
  type LoaderFunctionArgs,
  redirect,
  useActionData,
  useLoaderData,
} from 'react-router';
import type { Ctx } from '../../kit/context.ts';
import { loadStaffPage } from '../../page-context.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert } from '../../ui/parts.tsx';
import { accountMessages } from '../sign-in/account-messages.ts';
import { securityMessages } from '../sign-in/security-messages.ts';
import { staffSignInMessages } from '../sign-in/staff-sign-in-messages.ts';
import { addPasskey } from '../staff/add-passkey.ts';
import { RecoveryCodes } from '../staff/app-secret.tsx';
import { beginApp } from '../staff/begin-app.ts';
import { changePassword } from '../staff/change-password.ts';
import { confirmSession } from '../staff/confirm-session.ts';
import { cookiesOf, setCookies } from '../staff/cookies.ts';
import { finishApp } from '../staff/finish-app.ts';
import { makeRecoveryCodes } from '../staff/make-recovery-codes.ts';
import { namePasskey } from '../staff/name-passkey.ts';
import { readEnrollment } from '../staff/read-enrollment.ts';
import { readSecurity } from '../staff/read-security.ts';
import { removePasskey } from '../staff/remove-passkey.ts';
import { sayProblem } from '../staff/say-problem.ts';
import { Confirm, OtherSession, Sections } from '../staff/security-sections.tsx';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, publicUrl, url }) => {
    const security = await readSecurity(ctx);
    const { pending } = cookiesOf(args.request, publicUrl);
    const app = security.own
      ? await readEnrollment(ctx, { purpose: 'security', pending, email: security.email })
      : undefined;
    return { security, app, done: url.searchParams.has('done') };
  });
}

type Field = (name: string) => string;
type Secret = { secret: string; expiresAt: Date };
type Outcome = { codes?: string[]; pending?: Secret; session?: Secret };

/** What each button does, by its `do`. */
const wishes: Record<string, (ctx: Ctx, field: Field, pending: string) => Promise<Outcome | undefined>> = {
  confirm: async (ctx, field) => ({ session: await confirmSession(ctx, { code: field('code') }) }),
  'passkey-confirm': async (ctx, field, pending) => ({
    session: await confirmSession(ctx, { passkey: field('passkey'), pending }),
  }),
  password: async (ctx, field) =>
    void (await changePassword(ctx, { current: field('current'), password: field('password') })),
  'begin-app': async (ctx) => ({ pending: await beginApp(ctx, {}) }),
  'first-password': async (ctx, field) => ({ pending: await beginApp(ctx, { password: field('password') }) }),
  'finish-app': async (ctx, field, pending) => {
    const codes = await finishApp(ctx, { pending, code: field('code') });
    return codes.length > 0 ? { codes } : undefined;
  },
  codes: async (ctx) => ({ codes: await makeRecoveryCodes(ctx) }),
  'passkey-add': async (ctx, field, pending) =>
    void (await addPasskey(ctx, { pending, passkey: field('passkey'), name: field('name') })),
  'name-passkey': async (ctx, field) =>
    void (await namePasskey(ctx, { passkey: field('id'), name: field('name') })),
  'remove-passkey': async (ctx, field) => void (await removePasskey(ctx, { passkey: field('id') })),
};

export function action(args: ActionFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, language, publicUrl, url, form }) => {
    const fields = await form();
    const field = (name: string) => String(fields.get(name) ?? '');
    const [words, own] = [staffSignInMessages[language], securityMessages[language]];
    const wish = field('do');
    const here = `/${language}/account/security`;
    const forget = { pending: null };
    if (fields.has('again') && field('password') !== field('again'))
      return data({ error: words.notSame, field: 'again' }, { status: 400 });
    try {
      const run = Object.hasOwn(wishes, wish) ? wishes[wish] : undefined;
      const outcome = await run?.(ctx, field, cookiesOf(args.request, publicUrl).pending ?? '');
      if (outcome?.pending)
        return redirect(here, { headers: setCookies(publicUrl, { pending: outcome.pending }) });
      const session = outcome?.session ? { session: outcome.session } : {};
      const headers = setCookies(publicUrl, { ...forget, ...session });
      if (outcome?.codes) return data({ codes: outcome.codes }, { headers });
      const silent = ['confirm', 'passkey-confirm', 'cancel'].includes(wish);
      const back = url.searchParams.get('for') === 'sessions' ? `/${language}/account#sessions` : here;
      return redirect(silent ? back : `${here}?done`, { headers });
    } catch (error) {
      const wrong: Record<string, string> = {
        password: own.wrongCurrent,
        'passkey-confirm': words.wrongPasskey,
        'passkey-add': words.wrongPasskey,
        'name-passkey': own.wrongName,
      };
      const { said, status, kind } = sayProblem(error, language, wrong[wish] ?? words.wrongCode);
      const text = kind === 'conflict' && wish === 'remove-passkey' ? own.lastFactor : said;
      const at =
        { password: said === own.wrongCurrent ? 'current' : 'password', 'first-password': 'password' }[
          wish
        ] ?? 'code';
      return data({ error: text, field: kind === 'invalid' ? at : '' }, { status });
    }
  });
}

export default function SecurityPage() {
  const { security, app, done: changed } = useLoaderData<typeof loader>();
  const done = useActionData<{ error?: string; field?: string; codes?: string[] }>();
  const [language, say, account] = [
    useLanguage(),
    useMessages(securityMessages),
    useMessages(accountMessages),
  ];
  const errorOf = (field: string) => (done?.field === field ? done.error : undefined);
  return (
    <Page
      title={say.title}
      lead={say.lead(security.email)}
      crumbs={[{ title: account.account, to: `/${language}/account` }, { title: say.title }]}
    >
      {done?.error ? <Alert kind="error">{done.error}</Alert> : null}
      {changed && !done ? <Alert kind="success">{say.changed}</Alert> : null}
      {done?.codes ? (
        <Alert kind="success" title={say.codesTitle}>
          <p>{say.codesText}</p>
          <RecoveryCodes codes={done.codes} />
        </Alert>
      ) : null}
      {!security.own ? <OtherSession /> : null}
      {security.own && !security.fresh ? <Confirm security={security} errorOf={errorOf} /> : null}
      <Sections security={security} app={app} errorOf={errorOf} />
    </Page>
  );
}
