import { Form } from 'react-router';
import { Button, Input, Select, Textarea } from '../../ui/form.tsx';
import { formatNumber } from '../../ui/format.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { describeMessages } from './describe-messages.ts';
import { type Column, columnLabel, kinds, sensitivities } from './description.ts';
import { kindWord } from './description-facts.tsx';
import { descriptionMessages } from './description-messages.ts';
import type { DescriptionPage } from './read-description.ts';
import { type Refusal, SectionForm, useFields } from './section-forms.tsx';

/** A column as its form begins: as described, else as the data propose it. */
export type ColumnStart = {
  name: string;
  kind: Column['kind'];
  unit: string;
  en: string;
  es: string;
  sensitivity: string;
  series: number;
  low: number | null;
  high: number | null;
  describedBy: string | null;
};

export function columnStarts({
  dictionary,
  facts,
}: Pick<DescriptionPage, 'dictionary' | 'facts'>): ColumnStart[] {
  const described = new Map(dictionary.map((column) => [column.name, column]));
  const inData = new Map(facts.columns.map((column) => [column.name, column]));
  return [...new Set([...inData.keys(), ...described.keys()])].map((name) => {
    const [known, data] = [described.get(name), inData.get(name)];
    return {
      name,
      kind: known?.kind ?? data?.kind ?? 'number',
      unit: known ? (known.unit ?? '') : data?.units.length === 1 ? (data.units[0] as string) : '',
      en: known?.meaning.en ?? data?.said ?? '',
      es: known?.meaning.es ?? '',
      sensitivity: known?.sensitivity ?? '',
      series: data?.series ?? 0,
      low: data?.low ?? null,
      high: data?.high ?? null,
      describedBy: known?.describedBy ?? null,
    };
  });
}

type Props = { page: DescriptionPage; refusal: Refusal | undefined };

/** All columns in one form. A column whose sensitivity nobody has chosen yet is left as it is. */
export function DictionaryForm({ page, refusal }: Props) {
  const [language, say, words] = [
    useLanguage(),
    useMessages(describeMessages),
    useMessages(descriptionMessages),
  ];
  const field = useFields('dictionary', refusal);
  const starts = columnStarts(page);
  if (starts.length === 0) return null;
  const bound = (value: number | null) => (value === null ? '…' : formatNumber(value, language));
  const facts = (start: ColumnStart) =>
    [
      start.series > 0 ? say.seen(start.series) : say.notInData,
      start.low === null && start.high === null ? '' : say.range(bound(start.low), bound(start.high)),
      start.describedBy ? say.describedBy(start.describedBy) : '',
    ]
      .filter(Boolean)
      .join('; ');
  return (
    <SectionForm part="dictionary" title={say.dictionary}>
      <p>{say.dictionaryText}</p>
      {starts.map((start, index) => (
        <fieldset key={start.name} className="usa-fieldset column-form">
          <legend className="usa-legend">
            <span lang="en">{columnLabel(start.name)}</span>
          </legend>
          <p className="quiet">{facts(start)}</p>
          <input type="hidden" name={`${index}.name`} value={start.name} />
          <Textarea
            label={say.meaningEn}
            lang="en"
            rows={2}
            maxLength={1000}
            {...field(`${index}.meaning.en`, start.en)}
          />
          <Textarea
            label={say.meaningEs}
            lang="es"
            rows={2}
            maxLength={1000}
            {...field(`${index}.meaning.es`, start.es)}
          />
          <div className="inline-form">
            <Select
              label={words.kind}
              options={kinds.map((value) => ({ value, label: kindWord(words, value) }))}
              {...field(`${index}.kind`, start.kind)}
            />
            <Input label={words.unit} maxLength={60} {...field(`${index}.unit`, start.unit)} />
            <Select
              label={words.sensitivity}
              options={[
                { value: '', label: say.choose },
                ...sensitivities.map((value) => ({ value, label: words[value] })),
              ]}
              {...field(`${index}.sensitivity`, start.sensitivity)}
            />
          </div>
        </fieldset>
      ))}
      <Input label={say.reason} hint={say.weakerHint} maxLength={1000} {...field('reason', '')} />
    </SectionForm>
  );
}

/** A column that will come: a dataset can be described before its first reading. */
export function AddColumn({ page, refusal }: Props) {
  const [say, words] = [useMessages(describeMessages), useMessages(descriptionMessages)];
  const field = useFields('column', refusal);
  const open = refusal?.part === 'column' || columnStarts(page).length === 0;
  return (
    <details open={open}>
      <summary>{say.addTitle}</summary>
      <Form method="post" action="#dictionary" reloadDocument className="usa-form describe-form">
        <Input
          label={say.columnName}
          hint={say.columnNameHint}
          required
          maxLength={190}
          {...field('0.name', '')}
        />
        <Textarea
          label={say.meaningEn}
          lang="en"
          required
          rows={2}
          maxLength={1000}
          {...field('0.meaning.en', '')}
        />
        <Textarea
          label={say.meaningEs}
          lang="es"
          required
          rows={2}
          maxLength={1000}
          {...field('0.meaning.es', '')}
        />
        <div className="inline-form">
          <Select
            label={words.kind}
            options={kinds.map((value) => ({ value, label: kindWord(words, value) }))}
            {...field('0.kind', 'number')}
          />
          <Input label={words.unit} maxLength={60} {...field('0.unit', '')} />
          <Select
            label={words.sensitivity}
            options={[
              { value: '', label: say.choose },
              ...sensitivities.map((value) => ({ value, label: words[value] })),
            ]}
            {...field('0.sensitivity', '')}
          />
        </div>
        <Button name="do" value="column" kind="outline">
          {say.add}
        </Button>
      </Form>
    </details>
  );
}
