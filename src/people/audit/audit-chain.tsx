import { Form } from 'react-router';
import { Button } from '../../ui/form.tsx';
import { formatNumber } from '../../ui/format.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Alert, Code, Section } from '../../ui/parts.tsx';
import { auditVerifiedAtOnce } from '../person-defaults.ts';
import { auditMessages } from './audit-messages.ts';

export type Verified = {
  events: number;
  erased: number;
  complete: boolean;
  from: string;
  to: string;
  faults: string[];
  faultCount: number;
};

/** The chain's head to keep, and a check of a part of the log from where the last press ended. Safe for the browser. */
export function AuditChain({ head, verified }: { head: string; verified: Verified | undefined }) {
  const [language, say] = [useLanguage(), useMessages(auditMessages)];
  return (
    <Section title={say.headTitle} id="chain">
      <p>{say.headText}</p>
      <Code label={say.head}>{head}</Code>
      {verified ? <Result verified={verified} head={head} /> : null}
      <Form method="post" reloadDocument action="#chain">
        {verified && !verified.complete ? (
          <>
            <input type="hidden" name="after" value={verified.to} />
            <Button>{say.verifyOn(verified.to)}</Button>
          </>
        ) : (
          <Button kind="outline">{say.verify}</Button>
        )}
      </Form>
      <p>{say.verifyNote(formatNumber(auditVerifiedAtOnce, language))}</p>
    </Section>
  );
}

function Result({ verified, head }: { verified: Verified; head: string }) {
  const [language, say] = [useLanguage(), useMessages(auditMessages)];
  const { events, erased, complete, from, to, faults, faultCount } = verified;
  if (faultCount > 0) {
    return (
      <Alert kind="error" title={say.faults(formatNumber(faultCount, language))}>
        <ul lang="en">
          {faults.map((fault) => (
            <li key={fault}>{fault}</li>
          ))}
        </ul>
        <p>{say.faultsText}</p>
      </Alert>
    );
  }
  const end = complete ? say.verifiedAll : say.verifiedPart(head.split(':', 1)[0] ?? '');
  return (
    <Alert kind="success">
      <p>
        {events === 0 ? say.verifiedEmpty : say.verified(from, to)}{' '}
        {erased > 0 ? say.verifiedErased(formatNumber(erased, language)) : null} {end}
      </p>
    </Alert>
  );
}
