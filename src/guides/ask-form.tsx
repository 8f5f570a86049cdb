import { Form, Link } from 'react-router';
import { aspects } from '../rules/index.ts';
import { Button, Input, Select } from '../ui/form.tsx';
import { useLanguage, useMessages } from '../ui/language-context.tsx';
import { messages } from './messages.ts';
import { type Answered, longestQuestion } from './question.ts';
import { ruleMessages } from './rule-messages.ts';

/** A GET form: its answer has an address that can be kept and passed on. */
export function AskForm({ page }: { page: Answered }) {
  const [language, say, words] = [useLanguage(), useMessages(messages), useMessages(ruleMessages)];
  const { asked, choices, place } = page;
  return (
    <Form method="get" action={`/${language}/ask`} className="ask-form panel">
      <Input
        label={say.question}
        hint={say.questionHint}
        name="q"
        maxLength={longestQuestion}
        defaultValue={asked.q}
      />
      <Input
        label={say.place}
        hint={say.placeHint}
        name="place"
        list="places-known"
        autoComplete="off"
        maxLength={80}
        defaultValue={place?.name ?? asked.place}
      />
      <datalist id="places-known">
        {choices.places.map(({ slug, name }) => (
          <option key={slug} value={name} />
        ))}
      </datalist>
      <div className="ask-form__two">
        <Select
          label={say.topic}
          name="topic"
          defaultValue={asked.topic}
          options={[
            { value: '', label: say.anyTopic },
            ...choices.topics.map(({ id, name, depth }) => ({
              value: id,
              label: '\u00a0\u00a0\u00a0'.repeat(depth) + name,
            })),
          ]}
        />
        <Select
          label={say.aspect}
          name="aspect"
          defaultValue={asked.aspect}
          options={[
            { value: '', label: say.anyAspect },
            ...aspects
              .map((aspect) => ({ value: aspect as string, label: words[aspect] }))
              .toSorted((a, b) => a.label.localeCompare(b.label, language)),
          ]}
        />
      </div>
      <details open={asked.custodian !== '' || asked.day !== ''}>
        <summary>{say.advanced}</summary>
        <Select
          label={say.custodian}
          hint={say.custodianHint}
          name="custodian"
          defaultValue={asked.custodian}
          options={[
            { value: '', label: say.anyCustodian },
            ...choices.offices.map(({ slug, name }) => ({ value: slug, label: name })),
          ]}
        />
        <Input label={say.day} hint={say.dayHint} name="day" type="date" defaultValue={asked.day} />
      </details>
      <div className="action">
        <Button>{say.ask}</Button>
        <Link to={`/${language}/ask`}>{say.clear}</Link>
      </div>
    </Form>
  );
}
