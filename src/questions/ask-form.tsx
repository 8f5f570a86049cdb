import { Form, Link } from 'react-router';
import { Button, Checkbox, Fieldset, Input, Radio, Select, Textarea } from '../ui/form.tsx';
import { languageNames, languages } from '../ui/language.ts';
import { useLanguage, useMessages } from '../ui/language-context.tsx';
import { Section } from '../ui/parts.tsx';
import type { Preparation } from './prepare-question.ts';
import { type Asked, longest } from './question.ts';
import { questionMessages } from './question-messages.ts';

/** What the form sends, from page to page. */
export const askFields = [
  'do',
  'secret',
  'rule',
  'place',
  'topic',
  'aspect',
  'question',
  'office',
  'name',
  'email',
  'shareEmail',
  'language',
] as const;
export type AskValues = Record<(typeof askFields)[number], string>;

export function valuesOf(fields: FormData): AskValues {
  return Object.fromEntries(askFields.map((name) => [name, String(fields.get(name) ?? '')])) as AskValues;
}

export function askedFrom(values: AskValues): Asked {
  return {
    ...values,
    rule: values.rule || undefined,
    aspect: values.aspect || undefined,
    shareEmail: values.shareEmail === 'yes',
  };
}

/** What is on record about the matter: the gap that the question began from. */
export function Found({ prepared: { gap, place } }: { prepared: Preparation }) {
  const [language, say] = [useLanguage(), useMessages(questionMessages)];
  return (
    <Section title={say.foundTitle} id="found">
      {gap ? (
        <>
          <p>
            <strong>{say[`found_${gap.state}` as 'found_unverified']}.</strong> {gap.says}
          </p>
          {gap.pages.length > 0 ? (
            <>
              <p className="list-title">{say.pages}:</p>
              <ul className="usa-list">
                {gap.pages.map((page) => (
                  <li key={page}>{page}</li>
                ))}
              </ul>
            </>
          ) : null}
          {gap.nearest ? (
            <p>
              {say.nearest}: {gap.nearest.says} <span className="quiet">({gap.nearest.source})</span>
            </p>
          ) : null}
        </>
      ) : (
        <p>{say.foundNothing}</p>
      )}
      <p>
        {place?.name}. <Link to={`/${language}/questions/new`}>{say.changePlace}</Link>
      </p>
    </Section>
  );
}

export function AskForm({
  prepared,
  values,
  error,
  field,
}: {
  prepared: Preparation;
  values: AskValues;
  error: string | undefined;
  field: string | undefined;
}) {
  const say = useMessages(questionMessages);
  const wrong = (name: string) => (field === name ? error : undefined);
  return (
    <Form method="post" reloadDocument className="usa-form ask-form" noValidate>
      {(['rule', 'place', 'aspect'] as const).map((name) => (
        <input key={name} type="hidden" name={name} value={values[name]} />
      ))}
      <Section title={say.question} id="question">
        {prepared.gap ? (
          <input type="hidden" name="topic" value={values.topic} />
        ) : (
          <Select
            label={say.topic}
            name="topic"
            defaultValue={values.topic}
            error={wrong('topic')}
            options={[
              { value: '', label: say.topicChoose },
              ...prepared.topics.map(({ id, name, depth }) => ({
                value: id,
                label: `${'– '.repeat(depth)}${name}`,
              })),
            ]}
          />
        )}
        <Textarea
          label={say.question}
          hint={say.questionHint}
          error={wrong('question')}
          name="question"
          required
          rows={5}
          maxLength={longest.question}
          defaultValue={values.question}
        />
      </Section>
      <OfficeChoice prepared={prepared} chosen={values.office} error={wrong('office')} />
      <Section title={say.youTitle} id="you" intro={say.youText}>
        <Input
          label={say.name}
          hint={say.nameHint}
          error={wrong('name')}
          name="name"
          autoComplete="name"
          maxLength={longest.name}
          defaultValue={values.name}
        />
        <Input
          label={say.email}
          hint={say.emailHint}
          error={wrong('email')}
          name="email"
          type="email"
          autoComplete="email"
          maxLength={254}
          defaultValue={values.email}
        />
        <Checkbox
          label={say.shareEmail}
          name="shareEmail"
          value="yes"
          defaultChecked={values.shareEmail === 'yes'}
        />
        <Select
          label={say.letterLanguage}
          hint={say.letterLanguageHint}
          name="language"
          defaultValue={values.language}
          options={languages.map((value) => ({ value, label: languageNames[value] }))}
        />
      </Section>
      <Button name="do" value="preview">
        {say.preview}
      </Button>
    </Form>
  );
}

function OfficeChoice({
  prepared: { offices, stateOffices },
  chosen,
  error,
}: {
  prepared: Preparation;
  chosen: string;
  error: string | undefined;
}) {
  const say = useMessages(questionMessages);
  const named = offices.some((office) => office.named);
  return (
    <Section title={say.officeTitle} id="office" intro={named ? say.officeText : say.officeTextNone}>
      {stateOffices.length > 0 ? (
        <>
          <p>{say.stateText}</p>
          <ul className="usa-list">
            {stateOffices.map(({ name, email, phone, address }) => (
              <li key={name}>{[name, address, phone, email].filter(Boolean).join(', ')}</li>
            ))}
          </ul>
        </>
      ) : null}
      {error ? (
        <span className="usa-error-message" role="alert">
          {error}
        </span>
      ) : null}
      <Fieldset legend={say.officeTitle}>
        {offices.map(({ slug, name, duty, named: asked }) => (
          <Radio
            key={slug}
            name="office"
            value={slug}
            defaultChecked={slug === chosen}
            label={
              <>
                <strong>{name}</strong>
                {asked ? ` (${say.officeNamed})` : null}
                <span className="usa-radio__label-description">{duty}</span>
              </>
            }
          />
        ))}
      </Fieldset>
    </Section>
  );
}
