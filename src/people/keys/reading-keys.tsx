import { Form, Link, useActionData } from 'react-router';
import { Button, Input, Select } from '../../ui/form.tsx';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Alert, Code, Section, Table } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import type { ReadingKey } from '../sign-in/read-account.ts';
import { expiryDays } from './key-defaults.ts';
import { keyMessages } from './key-messages.ts';
import type { Terms } from './terms.ts';
import { TermsToAccept } from './terms-text.tsx';

/** A key that was made, or why not: then the form comes back as it was filled in, with the message at its field. */
export type Made = {
  key?: string;
  id?: string;
  error?: string;
  field?: string;
  values?: { name: string; days: string; purpose?: string; datasets?: string[]; things?: string };
};
export const errorAt = (made: Made | undefined, field: string) =>
  made?.field === field ? made.error : undefined;

export function ReadingKeys({ keys, terms }: { keys: ReadingKey[]; terms: Terms[] }) {
  const [language, say] = [useLanguage(), useMessages(keyMessages)];
  const made = useActionData<Made>();
  const pending = terms.filter(({ id }) =>
    keys.some((key) => key.state === 'active' && !key.accepted.some(({ terms }) => terms === id)),
  );
  return (
    <Section title={say.title} id="keys">
      <p>{say.text}</p>
      {made?.key ? (
        <Alert kind="success" title={say.shownTitle}>
          <p>{say.shownText}</p>
          <Code label={say.shownTitle}>{made.key}</Code>
          <p>
            <Link to={`/${language}/account/keys/${made.id}`}>{say.toKey}</Link>
          </p>
        </Alert>
      ) : null}
      {made?.error ? <Alert kind="error">{made.error}</Alert> : null}
      {pending.length > 0 ? (
        <Form method="post" reloadDocument className="usa-form usa-form--large">
          <h3>{say.termsNew}</h3>
          <p>{say.termsNewText}</p>
          <TermsToAccept terms={terms} />
          <Button name="do" value="accept-terms">
            {say.termsAcceptButton}
          </Button>
        </Form>
      ) : null}
      <Table
        caption={say.caption}
        stacked
        empty={say.none}
        columns={[
          { title: say.name },
          { title: say.purpose },
          { title: say.start },
          { title: say.expires },
          { title: say.lastUse },
          { title: say.state },
        ]}
        rows={keys.map((key) => ({
          key: key.id,
          cells: [
            <Link key="name" to={`/${language}/account/keys/${key.id}`}>
              {key.name}
            </Link>,
            key.purpose,
            <Prefixes key="prefixes" prefixes={key.prefixes} />,
            key.expiresAt ? <Time key="expires" at={key.expiresAt} /> : say.never,
            key.lastUsedAt ? <Time key="used" at={key.lastUsedAt} /> : say.notUsed,
            say[key.state],
          ],
        }))}
      />
      <Form method="post" reloadDocument className="usa-form usa-form--large">
        <h3>{say.make}</h3>
        <Input
          label={say.name}
          hint={say.nameHint}
          name="name"
          required
          maxLength={100}
          defaultValue={made?.values?.name}
          error={errorAt(made, 'name')}
        />
        <Input
          label={say.purpose}
          name="purpose"
          required
          maxLength={500}
          defaultValue={made?.values?.purpose}
          error={errorAt(made, 'purpose')}
        />
        <ExpirySelect days={made?.values?.days} />
        <h3>{say.termsTitle}</h3>
        <TermsToAccept terms={terms} />
        <Button name="do" value="make-key">
          {say.make}
        </Button>
      </Form>
    </Section>
  );
}

/** The beginnings of the secrets that work. */
export function Prefixes({ prefixes }: { prefixes: readonly string[] }) {
  const say = useMessages(keyMessages);
  if (prefixes.length === 0) return say.secretNot;
  return prefixes.map((prefix, index) => (
    <span key={prefix}>
      {index > 0 ? ', ' : ''}
      <code>co_{prefix}</code>
    </span>
  ));
}

export function ExpirySelect({ days = '' }: { days?: string }) {
  const say = useMessages(keyMessages);
  return (
    <Select
      label={say.expires}
      hint={say.expiresHint}
      name="days"
      defaultValue={days}
      options={[
        { value: '', label: say.never },
        ...expiryDays.map((each) => ({ value: String(each), label: say.days(each) })),
      ]}
    />
  );
}
