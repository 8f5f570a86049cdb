import { Form } from 'react-router';
import { Button, Checkbox, Fieldset, Input, Select, Textarea } from '../ui/form.tsx';
import { useLanguage, useMessages } from '../ui/language-context.tsx';
import { columnLabel } from './describe/description.ts';
import { descriptionMessages } from './describe/description-messages.ts';
import { type PolicyStep, placeGrains, policyStep, timeGrains } from './policy.ts';
import type { PolicyColumn } from './policy-columns.ts';
import { hashes, type PolicyFields, waitUnits } from './policy-form.ts';
import { policyMessages } from './policy-messages.ts';
import { stepMessages } from './step-messages.ts';
import { placeWords, stepWords } from './step-words.tsx';

export const policyColumnLabel = (column: { name: string }, say: { quality: string }): string =>
  column.name === 'quality'
    ? say.quality
    : columnLabel(column.name).replace(/^(parameters|properties)\//, '');

/** The whole policy as one form: each column with the steps that fit it, then what is done to all. */
export function PolicyForm({
  columns,
  fields,
  wrong,
}: {
  columns: PolicyColumn[];
  fields: PolicyFields;
  wrong: Record<string, string>;
}) {
  const say = useMessages(policyMessages);
  const field = (name: string) => ({
    name,
    defaultValue: fields[name] ?? '',
    ...(wrong[name] ? { error: wrong[name] } : {}),
  });
  return (
    <Form method="post" action="#preview" reloadDocument className="usa-form describe-form">
      {columns.map((column, index) => (
        <ColumnFields key={column.name} column={column} index={index} fields={fields} />
      ))}
      <WholeFields columns={columns} fields={fields} />
      <KeptSteps fields={fields} />
      <Textarea label={say.why} hint={say.whyHint} rows={3} maxLength={2000} {...field('why')} />
      <Input label={say.proposeReason} maxLength={1000} {...field('reason')} />
      <p className="action">
        <Button name="do" value="preview" kind="outline">
          {say.preview}
        </Button>
        <Button name="do" value="propose">
          {say.propose}
        </Button>
      </p>
    </Form>
  );
}

function ColumnFields({
  column,
  index,
  fields,
}: {
  column: PolicyColumn;
  index: number;
  fields: PolicyFields;
}) {
  const [say, words] = [useMessages(policyMessages), useMessages(descriptionMessages)];
  const may = column.may.flatMap((what) => (what === 'keyed-hash' ? hashes : [what]));
  const kind = column.of === 'quality' ? say.qualityNote : say[column.of];
  const sensitive = column.sensitivity ? words[column.sensitivity] : say.notDescribed;
  return (
    <fieldset className="usa-fieldset column-form">
      <legend className="usa-legend">
        <span lang={column.of === 'quality' ? undefined : 'en'}>{policyColumnLabel(column, say)}</span>
      </legend>
      <p className="quiet">
        {kind}
        {column.of === 'quality' ? '' : `; ${say.columnSensitivity(sensitive)}`}
      </p>
      <input type="hidden" name={`${index}.column`} value={column.name} />
      <div className="inline-form">
        <Select
          label={say.what}
          name={`${index}.do`}
          defaultValue={fields[`${index}.do`] ?? 'keep'}
          options={['keep' as const, ...may].map((value) => ({ value, label: say[value] }))}
        />
        {column.may.includes('round') ? (
          <Input
            label={say.roundTo}
            name={`${index}.to`}
            inputMode="decimal"
            maxLength={20}
            defaultValue={fields[`${index}.to`] ?? ''}
          />
        ) : null}
      </div>
    </fieldset>
  );
}

function WholeFields({ columns, fields }: { columns: PolicyColumn[]; fields: PolicyFields }) {
  const [say, step] = [useMessages(policyMessages), useMessages(stepMessages)];
  const none = { value: '', label: say.no };
  const times = timeGrains.map((value) => ({ value, label: step[value] }));
  const chosen = new Set(
    Object.keys(fields)
      .filter((name) => name.startsWith('by.'))
      .map((name) => fields[name]),
  );
  return (
    <>
      <Fieldset legend={say.whole}>
        <div className="inline-form">
          <Select label={say.time} name="time" defaultValue={fields.time ?? ''} options={[none, ...times]} />
          <Select
            label={say.place}
            name="place"
            defaultValue={fields.place ?? ''}
            options={[none, ...placeGrains.map((value) => ({ value, label: placeWords(value, step) }))]}
          />
        </div>
        <div className="inline-form">
          <Input
            label={say.wait}
            hint={say.waitHint}
            name="wait"
            inputMode="numeric"
            maxLength={5}
            defaultValue={fields.wait ?? ''}
          />
          <Select
            label={say.unit}
            name="unit"
            defaultValue={fields.unit ?? 'day'}
            options={(Object.keys(waitUnits) as (keyof typeof waitUnits)[]).map((value) => ({
              value,
              label: say[value],
            }))}
          />
        </div>
      </Fieldset>
      <Fieldset legend={say.groupsTitle}>
        <div className="inline-form">
          <Input
            label={say.minimum}
            hint={say.minimumHint}
            name="minimum"
            inputMode="numeric"
            maxLength={4}
            defaultValue={fields.minimum ?? ''}
          />
          <Select
            label={say.every}
            name="every"
            defaultValue={fields.every ?? ''}
            options={[none, ...times]}
          />
        </div>
        <p>{say.by_}</p>
        {columns.map((column, index) =>
          column.groups ? (
            <Checkbox
              key={column.name}
              name={`by.${index}`}
              value={column.name}
              label={policyColumnLabel(column, say)}
              defaultChecked={chosen.has(column.name)}
            />
          ) : null,
        )}
      </Fieldset>
    </>
  );
}

/** Steps that another way than this form has made; they stay unless they are taken out. */
function KeptSteps({ fields }: { fields: PolicyFields }) {
  const [language, say, words] = [useLanguage(), useMessages(policyMessages), useMessages(stepMessages)];
  const kept = Object.keys(fields).filter((name) => name.startsWith('kept.'));
  if (kept.length === 0) return null;
  return (
    <Fieldset legend={say.kept}>
      {kept.map((name) => {
        const step = read(fields[name] ?? '');
        return (
          <Checkbox
            key={name}
            name={name}
            value={fields[name] ?? ''}
            label={step ? stepWords(step, words, language) : words.unknownStep}
            defaultChecked
          />
        );
      })}
    </Fieldset>
  );
}

function read(text: string): PolicyStep | undefined {
  try {
    return policyStep.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
