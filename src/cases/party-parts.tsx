import type { ReactNode } from 'react';
import { Form } from 'react-router';
import { Button, Textarea } from '../ui/form.tsx';
import { useMessages } from '../ui/language-context.tsx';
import { Section } from '../ui/parts.tsx';
import { longestRemark } from './case.ts';
import { caseMessages } from './case-messages.ts';
import { PaperTools } from './sheet.tsx';

/** The private link, to keep; `sent`: right after sending, how the receipt went. */
export function KeepLink({ link, sent }: { link: string; sent: string | null }) {
  const say = useMessages(caseMessages);
  return (
    <Section title={say.keepTitle} id="keep" intro={say.keepText}>
      <p className="short-address">
        <a href={link}>{link}</a>
      </p>
      {sent === 'mail' ? <p>{say.mailed}</p> : null}
      {sent === 'no-mail' ? <p>{say.notMailed}</p> : null}
      <PaperTools link={link} />
    </Section>
  );
}

/** What the holder of the link can do with an open case; `children`: more of it, by kind. */
export function PartyDeeds({ remark, children }: { remark: string | undefined; children?: ReactNode }) {
  const say = useMessages(caseMessages);
  return (
    <Section title={say.actTitle} id="act">
      <Form method="post" reloadDocument className="usa-form no-print">
        <Textarea
          label={say.remark}
          hint={say.remarkHint}
          name="remark"
          rows={3}
          maxLength={longestRemark}
          defaultValue={remark}
        />
        <Button name="do" value="remark" kind="outline">
          {say.addRemark}
        </Button>
      </Form>
      {children}
    </Section>
  );
}

/** No source gives an office a day to answer: a gap, with the office that may know. */
export function NoDeadline({ file }: { file: { officeName: string | null; placeName: string } }) {
  const say = useMessages(caseMessages);
  return (
    <span className="not-stated">
      {say.dayNone([file.officeName, file.placeName].filter(Boolean).join(', '))}
    </span>
  );
}
