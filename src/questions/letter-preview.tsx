import { Form } from 'react-router';
import { Sheet } from '../cases/view.tsx';
import { Button } from '../ui/form.tsx';
import { useMessages } from '../ui/language-context.tsx';
import { Page } from '../ui/page.tsx';
import { type AskValues, askFields } from './ask-form.tsx';
import { questionMessages } from './question-messages.ts';

/** The letter before it is sent, with what was typed carried along unseen. */
export function LetterPreview({
  letter,
  office,
  mailTo,
  values,
  crumbs,
}: {
  letter: { subject: string; text: string };
  office: string;
  mailTo: string | null;
  values: AskValues;
  crumbs: { title: string; to?: string }[];
}) {
  const say = useMessages(questionMessages);
  return (
    <Page title={say.previewTitle} lead={say.previewLead(office)} crumbs={crumbs}>
      <p>{mailTo ? say.previewMail(mailTo) : say.previewNoMail}</p>
      <p>
        <strong>{say.subject}:</strong> {letter.subject}
      </p>
      <Sheet text={letter.text} language={values.language} />
      <Form method="post" reloadDocument className="button-row">
        {askFields
          .filter((name) => name !== 'do')
          .map((name) => (
            <input key={name} type="hidden" name={name} value={values[name]} />
          ))}
        <Button name="do" value="send">
          {say.send}
        </Button>
        <Button name="do" value="change" kind="outline">
          {say.change}
        </Button>
      </Form>
    </Page>
  );
}
