import { useMessages } from '../../ui/language-context.tsx';
import { Code } from '../../ui/parts.tsx';
import { staffSignInMessages } from '../sign-in/staff-sign-in-messages.ts';
import type { AppSecret } from './read-enrollment.ts';

/** What an authenticator app is to take in: as a picture, as a link on the same phone, as text. */
export function ShownAppSecret({ app }: { app: AppSecret }) {
  const say = useMessages(staffSignInMessages);
  const { qr, uri, text } = app;
  return (
    <>
      <p>{say.appLead}</p>
      <svg className="qr" viewBox={`0 0 ${qr.size} ${qr.size}`} role="img" aria-label={say.qr}>
        <path d={`M0 0h${qr.size}v${qr.size}H0z`} fill="#fff" />
        <path d={qr.path} fill="#000" />
      </svg>
      <p>
        <a href={uri}>{say.openApp}</a>
      </p>
      <p>{say.byHand}</p>
      <p>
        <code>{text}</code>
      </p>
    </>
  );
}

/** Recovery codes, this once. */
export function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  const say = useMessages(staffSignInMessages);
  return <Code label={say.codes}>{codes.join('\n')}</Code>;
}
