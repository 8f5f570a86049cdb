import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Form } from 'react-router';
import { Button } from '../../ui/form.tsx';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { staffSignInMessages } from '../sign-in/staff-sign-in-messages.ts';

/** What a passkey is asked for; pages/passkey-question.ts answers with what the browser is to ask its device. */
export type PasskeyPurpose = 'sign-in' | 'second-step' | 'enroll' | 'confirm' | 'add';

/**
 * A form whose button asks the device for a passkey (or to make one) and posts what it answers as `passkey`, with
 * `do` = passkey-PURPOSE. Nothing without JavaScript: there the other ways stand.
 */
export function PasskeyButton({
  purpose,
  label,
  kind = 'outline',
  children,
}: {
  purpose: PasskeyPurpose;
  label: string;
  kind?: 'default' | 'outline';
  /** Fields that are posted along. */
  children?: ReactNode;
}) {
  const [language, say] = [useLanguage(), useMessages(staffSignInMessages)];
  const [state, setState] = useState<'absent' | 'nowhere' | 'ready' | 'working' | 'failed'>('absent');
  const form = useRef<HTMLFormElement>(null);
  const answer = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // Browsers know passkeys for names alone, and over TLS or on the machine itself.
    const named = !/^[\d.]+$|^\[/.test(location.hostname);
    setState(browserSupportsWebAuthn() && named && isSecureContext ? 'ready' : 'nowhere');
  }, []);

  async function ask() {
    if (state === 'working') return;
    setState('working');
    try {
      const asked = await fetch(`/${language}/staff/passkey-question`, {
        method: 'POST',
        body: new URLSearchParams({ purpose }),
      });
      if (!asked.ok) throw new Error(`status ${asked.status}`);
      const optionsJSON = await asked.json();
      const isNew = purpose === 'enroll' || purpose === 'add';
      const given = await (isNew ? startRegistration({ optionsJSON }) : startAuthentication({ optionsJSON }));
      if (answer.current) answer.current.value = JSON.stringify(given);
      form.current?.requestSubmit();
    } catch {
      setState('failed');
    }
  }

  if (state === 'absent') return null;
  if (state === 'nowhere') return <p className="quiet">{say.passkeyNowhere}</p>;
  return (
    <Form method="post" reloadDocument className="usa-form" ref={form}>
      {children}
      <input type="hidden" name="do" value={`passkey-${purpose}`} />
      <input type="hidden" name="passkey" ref={answer} />
      <Button type="button" kind={kind} onClick={ask}>
        {label}
      </Button>
      <p role="status">
        {state === 'working' ? say.passkeyWorking : state === 'failed' ? say.passkeyFailed : ''}
      </p>
    </Form>
  );
}
