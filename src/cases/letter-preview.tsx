import { Form } from 'react-router';
import { Button } from '../ui/form.tsx';
import { useMessages } from '../ui/language-context.tsx';
import { Page } from '../ui/page.tsx';
import { caseMessages } from './case-messages.ts';
import { Sheet } from './sheet.tsx';

/** The letter before it is sent, with what was typed carried along unseen. */
export function LetterPreview({
  letter,
  office,
  mailTo,
  language,
  typed,
  send,
  crumbs,
}: {
  letter: { subject: string; text: string };
  office: string;
  mailTo: string | null;
  language: string;
  typed: Readonly<Record<string, string>>;
  /** What the button says. */
  send: string;
  crumbs: { title: string; to?: string }[];
}) {
  const say = useMessages(caseMessages);
  return (
    <Page title={say.previewTitle} lead={say.previewLead(office)} crumbs={crumbs}>
      <p>{mailTo ? say.previewMail(mailTo) : say.previewNoMail}</p>
      <p>
        <strong>{say.subject}:</strong> {letter.subject}
      </p>
      <Sheet text={letter.text} language={language} />
      <Form method="post" reloadDocument className="button-row">
        {Object.entries(typed)
          .filter(([name]) => name !== 'do')
          .map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
        <Button name="do" value="send">
          {send}
        </Button>
        <Button name="do" value="change" kind="outline">
          {say.change}
        </Button>
      </Form>
    </Page>
  );
}
