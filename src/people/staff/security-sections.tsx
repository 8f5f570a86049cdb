import { Form, Link } from 'react-router';
import { Button, Input } from '../../ui/form.tsx';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Alert, Section, Table } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { freshMinutes } from '../person-defaults.ts';
import { securityMessages } from '../sign-in/security-messages.ts';
import { staffSignInMessages } from '../sign-in/staff-sign-in-messages.ts';
import { ShownAppSecret } from './app-secret.tsx';
import { CodeFields, NewPasswordFields, RecoveryFields } from './code-fields.tsx';
import { PasskeyButton } from './passkey-button.tsx';
import type { AppSecret } from './read-enrollment.ts';
import type { Security } from './read-security.ts';

type ErrorOf = (field: string) => string | undefined;

/** For a session that shows nothing of what is kept here: begun by a link, or through the identity provider. */
export function OtherSession() {
  const [language, say, words] = [
    useLanguage(),
    useMessages(securityMessages),
    useMessages(staffSignInMessages),
  ];
  return (
    <Alert kind="info">
      <p>{say.otherSession}</p>
      <p>
        <Link to={`/${language}/staff/sign-in`}>{words.title}</Link>
      </p>
    </Alert>
  );
}

/** Asks for a second factor once more, in any of the ways this person has. */
export function Confirm({ security, errorOf }: { security: Security; errorOf: ErrorOf }) {
  const [say, words] = [useMessages(securityMessages), useMessages(staffSignInMessages)];
  return (
    <Section title={say.confirmTitle} id="confirm" intro={say.confirmText(freshMinutes)}>
      {security.appSince ? (
        <>
          <Form method="post" reloadDocument className="usa-form">
            <CodeFields error={errorOf('code')} />
            <Button name="do" value="confirm">
              {say.confirm}
            </Button>
          </Form>
          <details>
            <summary>{words.lost}</summary>
            <Form method="post" reloadDocument className="usa-form">
              <RecoveryFields />
              <Button name="do" value="confirm" kind="outline">
                {words.useRecovery}
              </Button>
            </Form>
          </details>
        </>
      ) : null}
      {security.passkeys.length > 0 ? <PasskeyButton purpose="confirm" label={say.confirmPasskey} /> : null}
    </Section>
  );
}

type Shown = { security: Security; app: AppSecret | undefined; errorOf: ErrorOf };
export function Sections({ security, app, errorOf }: Shown) {
  const open = security.own && security.fresh;
  return (
    <>
      <Password security={security} errorOf={errorOf} open={open} />
      <App security={security} app={app} errorOf={errorOf} open={open} />
      {security.appSince ? <Codes left={security.recoveryCodes} open={open} /> : null}
      <Passkeys security={security} open={open} />
    </>
  );
}

function Password({ security, errorOf, open }: Omit<Shown, 'app'> & { open: boolean }) {
  const [say, words] = [useMessages(securityMessages), useMessages(staffSignInMessages)];
  const { passwordChangedAt } = security;
  if (!passwordChangedAt) return null;
  return (
    <Section title={words.password} id="password">
      <p>
        {say.since} <Time at={passwordChangedAt} />
      </p>
      {open ? (
        <Form method="post" reloadDocument className="usa-form">
          <Input
            label={say.current}
            error={errorOf('current')}
            name="current"
            type="password"
            autoComplete="current-password"
            required
            maxLength={400}
          />
          <NewPasswordFields email={security.email} errorOf={errorOf} />
          <Button name="do" value="password">
            {say.changePassword}
          </Button>
        </Form>
      ) : null}
    </Section>
  );
}

function App({ security, app, errorOf, open }: Shown & { open: boolean }) {
  const [say, words] = [useMessages(securityMessages), useMessages(staffSignInMessages)];
  return (
    <Section title={security.appSince ? say.app : say.noApp} id="app">
      {security.appSince ? (
        <p>
          {say.since} <Time at={security.appSince} />
        </p>
      ) : (
        <p>{say.noAppText}</p>
      )}
      {open && app ? (
        <>
          <ShownAppSecret app={app} />
          <Form method="post" reloadDocument className="usa-form">
            <CodeFields error={errorOf('code')} />
            <Button name="do" value="finish-app">
              {words.confirm}
            </Button>
          </Form>
          <Form method="post" reloadDocument>
            <Button name="do" value="cancel" kind="unstyled">
              {say.cancel}
            </Button>
          </Form>
        </>
      ) : null}
      {open && !app ? (
        <Form method="post" reloadDocument className="usa-form">
          {security.appSince ? (
            <Button name="do" value="begin-app" kind="outline">
              {say.replaceApp}
            </Button>
          ) : (
            <>
              <NewPasswordFields email={security.email} errorOf={errorOf} />
              <Button name="do" value="first-password">
                {words.next}
              </Button>
            </>
          )}
        </Form>
      ) : null}
    </Section>
  );
}

function Codes({ left, open }: { left: number; open: boolean }) {
  const [say, words] = [useMessages(securityMessages), useMessages(staffSignInMessages)];
  return (
    <Section title={words.codes} id="codes">
      <p>{say.codesLeft(left)}</p>
      {open ? (
        <Form method="post" reloadDocument>
          <Button name="do" value="codes" kind="outline">
            {say.makeCodes}
          </Button>
        </Form>
      ) : null}
    </Section>
  );
}

function Passkeys({ security, open }: { security: Security; open: boolean }) {
  const say = useMessages(securityMessages);
  const name = (passkey: { name: string }) => passkey.name || say.unnamed;
  return (
    <Section title={say.passkeys} id="passkeys">
      <Table
        caption={say.passkeys}
        captionHidden
        stacked
        empty={say.noPasskeys}
        columns={[
          { title: say.name },
          { title: say.made },
          { title: say.used },
          ...(open ? [{ title: say.change, act: true }] : []),
        ]}
        rows={security.passkeys.map((passkey) => ({
          key: passkey.id,
          cells: [
            name(passkey),
            <Time key="made" at={passkey.createdAt} />,
            passkey.usedAt ? <Time key="used" at={passkey.usedAt} /> : say.never,
            ...(open ? [<ChangePasskey key="change" id={passkey.id} name={name(passkey)} />] : []),
          ],
        }))}
      />
      {open ? (
        <PasskeyButton purpose="add" label={say.addPasskey}>
          <Input label={say.newName} hint={say.newNameHint} name="name" maxLength={100} />
        </PasskeyButton>
      ) : null}
    </Section>
  );
}

function ChangePasskey({ id, name }: { id: string; name: string }) {
  const say = useMessages(securityMessages);
  return (
    <details>
      <summary aria-label={say.changeLabel(name)}>{say.change}</summary>
      <Form method="post" reloadDocument>
        <input type="hidden" name="id" value={id} />
        <Input label={say.newName} name="name" defaultValue={name} maxLength={100} />
        <Button name="do" value="name-passkey" kind="outline">
          {say.rename}
        </Button>
        <Button name="do" value="remove-passkey" kind="unstyled" aria-label={say.removeLabel(name)}>
          {say.remove}
        </Button>
      </Form>
    </details>
  );
}
