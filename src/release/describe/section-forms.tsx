import type { ReactNode } from 'react';
import { Form } from 'react-router';
import { licenses } from '../../kit/licenses.ts';
import { Button, Fieldset, Input, Radio, Select, Textarea } from '../../ui/form.tsx';
import { formatDay } from '../../ui/format.ts';
import { useLanguage, useMessages, useTimeZone } from '../../ui/language-context.tsx';
import { topics } from '../topics.ts';
import { describeMessages } from './describe-messages.ts';
import { promiseOf, units } from './description.ts';
import { descriptionMessages } from './description-messages.ts';
import type { DescriptionPage } from './read-description.ts';

/** What a form showed when it was refused: what was written, and what is wrong with which field. */
export type Refusal = { part: string; values: Record<string, string>; wrong: Record<string, string> };

/** Reads a field as written before, else as recorded; and what is wrong with it. */
export function useFields(part: string, refusal: Refusal | undefined) {
  const say = useMessages(describeMessages);
  const mine = refusal?.part === part ? refusal : undefined;
  return (name: string, recorded: string | null | undefined) => {
    const code = mine?.wrong[name];
    const error = code && (say[`error_${code}` as 'error_form'] ?? say.error_form);
    return {
      name,
      defaultValue: mine ? (mine.values[name] ?? '') : (recorded ?? ''),
      ...(error ? { error } : {}),
    };
  };
}

/** One section with its own form; without the right to describe there is none. */
export function SectionForm({ part, title, children }: { part: string; title: string; children: ReactNode }) {
  const say = useMessages(describeMessages);
  return (
    <Form method="post" action={`#${part}`} reloadDocument className="usa-form describe-form">
      {children}
      <Button name="do" value={part}>
        {say.save(title)}
      </Button>
    </Form>
  );
}

type Props = { page: DescriptionPage; refusal: Refusal | undefined };

export function WordsForm({ page: { description: d }, refusal }: Props) {
  const [say, words] = [useMessages(describeMessages), useMessages(descriptionMessages)];
  const field = useFields('words', refusal);
  return (
    <SectionForm part="words" title={say.words}>
      <Input label={words.title} required maxLength={200} {...field('title', d.title)} />
      <Textarea
        label={words.description}
        hint={say.descriptionHint}
        required
        maxLength={5000}
        rows={4}
        {...field('description', d.description)}
      />
      <Input label={say.titleEs} lang="es" maxLength={200} {...field('titleEs', d.translations.es?.title)} />
      <Textarea
        label={say.descriptionEs}
        lang="es"
        maxLength={5000}
        rows={4}
        {...field('descriptionEs', d.translations.es?.description)}
      />
      <Select
        label={words.topic}
        options={topics.map((value) => ({ value, label: words[value] }))}
        {...field('topic', d.topic)}
      />
      <Input
        label={words.keywords}
        hint={say.keywordsHint}
        maxLength={1000}
        {...field('keywords', d.keywords.join(', '))}
      />
    </SectionForm>
  );
}

export function PeopleForm({ page: { description: d, offices }, refusal }: Props) {
  const [say, words] = [useMessages(describeMessages), useMessages(descriptionMessages)];
  const field = useFields('people', refusal);
  const owner = offices.find(({ slug }) => slug === d.office)?.name;
  return (
    <SectionForm part="people" title={say.people}>
      <p>
        {words.office}: <strong lang="en">{owner ?? d.office ?? '–'}</strong>
      </p>
      <p className="quiet">{say.ownerText}</p>
      <Select
        label={words.custodian}
        hint={say.custodianHint}
        options={offices.map(({ slug, name }) => ({ value: slug, label: name }))}
        {...field('custodian', d.custodian ?? d.office)}
      />
      <Input label={words.contact} hint={say.contactHint} maxLength={300} {...field('contact', d.contact)} />
    </SectionForm>
  );
}

export function LicenseForm({ page: { description: d, terms, licenseRule }, refusal }: Props) {
  const [language, say, words] = [
    useLanguage(),
    useMessages(describeMessages),
    useMessages(descriptionMessages),
  ];
  const field = useFields('license', refusal);
  const letter = letterAddress(language, d, licenseRule?.id, say.letterQuestion(d.title));
  return (
    <SectionForm part="license" title={words.license}>
      <Select
        label={words.license}
        hint={say.licenseHint}
        options={[
          { value: '', label: say.noLicense },
          ...Object.entries(licenses).map(([value, name]) => ({ value, label: `${name} (${value})` })),
        ]}
        {...field('license', d.license)}
      />
      <Fieldset legend={say.gapTitle}>
        <Input label={say.gapPage} maxLength={300} {...field('gapPage', d.licenseGap?.page)} />
        <Input label={say.gapUrl} type="url" maxLength={500} {...field('gapUrl', d.licenseGap?.url)} />
        <Input label={say.gapReadOn} type="date" {...field('gapReadOn', d.licenseGap?.readOn)} />
        {d.place ? (
          <p>
            {say.letterText} <a href={letter}>{say.letter}</a>
          </p>
        ) : null}
      </Fieldset>
      {terms.length > 0 || d.terms ? (
        <Select
          label={words.terms}
          options={[
            { value: '', label: say.termsNone },
            ...[...new Set([...terms, ...(d.terms ? [d.terms] : [])])].map((value) => ({
              value,
              label: value,
            })),
          ]}
          {...field('terms', d.terms)}
        />
      ) : (
        <input type="hidden" name="terms" value="" />
      )}
    </SectionForm>
  );
}

/** Where a letter begins that asks the owner for a license. */
export function letterAddress(
  language: string,
  { place }: { place: string | null },
  rule: string | undefined,
  question: string,
): string {
  const query = new URLSearchParams({
    ...(place ? { place } : {}),
    ...(rule ? { rule } : { topic: 'data-license', aspect: 'license' }),
    question,
  });
  return `/${language}/questions/new?${query}`;
}

export function CoverageForm({ page: { description: d, facts }, refusal }: Props) {
  const [language, say, words, timeZone] = [
    useLanguage(),
    useMessages(describeMessages),
    useMessages(descriptionMessages),
    useTimeZone(),
  ];
  const field = useFields('coverage', refusal);
  const promise = promiseOf(d.updateEvery);
  const chosen = field('promise', d.updateEvery ? 'every' : d.noPromise ? 'none' : '').defaultValue;
  const day = (iso: string) => formatDay(iso, language, timeZone);
  const stored = facts.firstAt && facts.lastAt;
  return (
    <SectionForm part="coverage" title={say.coverage}>
      <Fieldset legend={words.promise}>
        {(['', 'none', 'every'] as const).map((value) => (
          <Radio
            key={value}
            name="promise"
            value={value}
            label={{ '': say.promiseUnknown, every: say.promiseEvery, none: say.promiseNone }[value]}
            defaultChecked={chosen === value}
          />
        ))}
        <div className="inline-form">
          <Input
            label={say.promiseCount}
            inputMode="numeric"
            maxLength={4}
            {...field('count', promise.count)}
          />
          <Select
            label={say.unitOfTime}
            options={units.map((value) => ({ value, label: say[value] }))}
            {...field('unit', promise.unit)}
          />
        </div>
      </Fieldset>
      <Input label={words.area} hint={say.areaHint} maxLength={300} {...field('area', d.area)} />
      <Fieldset legend={words.period}>
        <p className="usa-hint">
          {stored
            ? say.periodHint(day(facts.firstAt as string), day(facts.lastAt as string))
            : say.periodEmpty}
        </p>
        <div className="inline-form">
          <Input label={say.from} type="date" {...field('from', d.from)} />
          <Input label={say.to} type="date" {...field('to', d.to)} />
        </div>
      </Fieldset>
    </SectionForm>
  );
}

export function RetentionForm({ page: { description: d, rules, offices }, refusal }: Props) {
  const [language, say] = [useLanguage(), useMessages(describeMessages)];
  const field = useFields('retention', refusal);
  const known = rules.map(({ id, says }) => ({ value: id, label: `${id}: ${says[language]}` }));
  const gone = d.retentionRule && !rules.some(({ id }) => id === d.retentionRule);
  return (
    <SectionForm part="retention" title={say.retention}>
      <Select
        label={say.ruleLabel}
        hint={say.ruleHint}
        options={[
          { value: '', label: say.ruleNone },
          ...(gone ? [{ value: d.retentionRule as string, label: d.retentionRule as string }] : []),
          ...known,
        ]}
        {...field('rule', d.retentionRule)}
      />
      <Select
        label={say.askLabel}
        options={[
          { value: '', label: say.askNone },
          ...offices.map(({ slug, name }) => ({ value: slug, label: name })),
        ]}
        {...field('ask', d.retentionAsk)}
      />
      <p>
        {say.seriesText} <a href={`/${language}/staff/retention/${d.slug}`}>{say.seriesLink}</a>
      </p>
    </SectionForm>
  );
}
