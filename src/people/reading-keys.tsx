import { data, Form, useActionData } from 'react-router';
import type { Ctx } from '../kit/context.ts';
import { httpStatus, isProblem } from '../kit/problem.ts';
import { Button, Input } from '../ui/form.tsx';
import { formatTime } from '../ui/format.ts';
import type { Language } from '../ui/language.ts';
import { useLanguage, useMessages, useTimeZone } from '../ui/language-context.tsx';
import { Alert, Code, Section, Table } from '../ui/parts.tsx';
import { Time } from '../ui/time.tsx';
import { accountMessages } from './account-messages.ts';
import { createReadingKey } from './create-reading-key.ts';
import { mostReadingKeys } from './person-defaults.ts';
import type { ReadingKey } from './read-account.ts';

type Made = { key?: string; error?: string };

/** What the account page's form for a key does: the new key is in the answer, this once. */
export async function makeKey(ctx: Ctx, language: Language, fields: FormData) {
  const words = accountMessages[language];
  const field = (name: string) => String(fields.get(name) ?? '');
  try {
    const { key } = await createReadingKey(ctx, { name: field('name'), purpose: field('purpose') });
    return data<Made>({ key });
  } catch (error) {
    const said = isProblem(error)
      ? {
          invalid: words.keyWrong,
          conflict: words.keyTooMany(mostReadingKeys),
          'too-many': words.keyTomorrow,
        }[error.kind as string]
      : undefined;
    if (!isProblem(error) || !said) throw error;
    return data<Made>({ error: said }, { status: httpStatus[error.kind] });
  }
}

export function ReadingKeys({ keys }: { keys: ReadingKey[] }) {
  const [language, say, timeZone] = [useLanguage(), useMessages(accountMessages), useTimeZone()];
  const made = useActionData<Made>();
  return (
    <Section title={say.keysTitle} id="keys">
      <p>{say.keysText}</p>
      {made?.key ? (
        <Alert kind="success" title={say.keyShownTitle}>
          <p>{say.keyShownText}</p>
          <Code label={say.keyShownTitle}>{made.key}</Code>
        </Alert>
      ) : null}
      {made?.error ? <Alert kind="error">{made.error}</Alert> : null}
      <Table
        caption={say.keysCaption}
        stacked
        empty={say.keysNone}
        columns={[
          { title: say.keyName },
          { title: say.keyPurpose },
          { title: say.keyStart },
          { title: say.keyMade },
          { title: say.keyState },
        ]}
        rows={keys.map((key) => ({
          key: key.id,
          cells: [
            key.name,
            key.purpose,
            <code key="prefix">co_{key.prefix}</code>,
            <Time key="made" at={key.createdAt} />,
            key.revokedAt ? (
              say.keyRevoked(formatTime(key.revokedAt, language, timeZone))
            ) : (
              <Form key="revoke" method="post" reloadDocument>
                <input type="hidden" name="key" value={key.id} />
                <Button name="do" value="revoke" kind="unstyled" aria-label={say.revokeLabel(key.name)}>
                  {say.revoke}
                </Button>
              </Form>
            ),
          ],
        }))}
      />
      <Form method="post" reloadDocument className="usa-form">
        <Input label={say.keyName} hint={say.keyNameHint} name="name" required maxLength={100} />
        <Input label={say.keyPurpose} name="purpose" required maxLength={500} />
        <Button name="do" value="make-key">
          {say.makeKey}
        </Button>
      </Form>
    </Section>
  );
}
