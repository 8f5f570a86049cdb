import type { ReactNode } from 'react';
import { aspects, levels, moneyUnits, periodUnits, readings } from '../../rules/index.ts';
import { Checkbox, Fieldset, Input, Select, Textarea } from '../../ui/form.tsx';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { ruleWordsMessages } from '../rule-words-messages.ts';
import { type Draft, rowsIn } from './rule-draft.ts';
import { ruleFormMessages } from './rule-form-messages.ts';
import type { Names } from './rule-lines.ts';

type Given = { draft: Draft; faults: Record<string, string> };

/** The fields of a rule, with what is wrong beside each. The same with and without JavaScript. */
export function RuleFields({ draft, faults, names }: Given & { names: Names }) {
  const [language, say, words] = [
    useLanguage(),
    useMessages(ruleFormMessages),
    useMessages(ruleWordsMessages),
  ];
  const given = { draft, faults };
  const choices = (all: Record<string, string>) =>
    Object.entries(all).toSorted(([, a], [, b]) => a.localeCompare(b, language));
  const offices = choices(names.offices);
  const fixed = draft.corrects ? { readOnly: true } : {};
  return (
    <>
      <Part legend={say.about}>
        {draft.corrects ? (
          <Line {...given} name="place" label={say.place} {...fixed} />
        ) : (
          <Choice
            {...given}
            name="place"
            label={say.place}
            none={say.choose}
            options={choices(names.places)}
          />
        )}
        <Choice {...given} name="topic" label={say.topic} none={say.choose} options={choices(names.topics)} />
        <Choice
          {...given}
          name="aspect"
          label={say.aspect}
          none={say.choose}
          options={choices(Object.fromEntries(aspects.map((each) => [each, words[each]])))}
        />
        <Line {...given} name="id" label={say.id} hint={say.idHint} maxLength={120} {...fixed} />
        <Choice
          {...given}
          name="custodian"
          label={say.custodian}
          hint={say.custodianHint}
          none={say.no}
          options={offices}
        />
      </Part>
      <Part legend={say.whatItSays}>
        {(['en', 'es'] as const).map((each) => (
          <Textarea
            key={each}
            name={`says.${each}`}
            label={each === 'en' ? say.saysEn : say.saysEs}
            hint={say.saysHint}
            lang={each}
            rows={4}
            maxLength={1000}
            defaultValue={draft[`says.${each}`]}
            error={faults[`says.${each}`]}
          />
        ))}
      </Part>
      <Part legend={say.whatWeKnow}>
        <Choice
          {...given}
          name="state"
          label={say.state}
          hint={say.stateHint}
          options={(['specified', 'not-specified', 'unverified', 'conflict'] as const).map((each) => [
            each,
            words[each],
          ])}
        />
      </Part>
      <Value {...given} offices={offices} />
      <Part legend={say.validity}>
        <Line {...given} name="validFrom" label={say.validFrom} hint={say.validHint} type="date" />
        <Line {...given} name="validTo" label={say.validTo} type="date" />
      </Part>
      <Citations {...given} />
      <Part legend={say.gap}>
        <Line {...given} name="checkedAt" label={say.checkedAt} type="date" />
        {rows(draft, 'ask', 2).map((n) => (
          <Choice
            key={n}
            {...given}
            name={`ask.${n}`}
            label={say.ask(n + 1)}
            none={say.no}
            options={offices}
          />
        ))}
        <Line {...given} name="nearest" label={say.nearest} maxLength={1000} />
      </Part>
      <Part legend={say.offices}>
        {rows(draft, 'offices', 2).map((n) => (
          <Choice
            key={n}
            {...given}
            name={`offices.${n}`}
            label={say.officeN(n + 1)}
            none={say.no}
            options={offices}
          />
        ))}
      </Part>
      <Part legend={say.reasonTitle}>
        <Line {...given} name="reason" label={say.reason} maxLength={1000} required />
      </Part>
    </>
  );
}

/** As many rows as are filled, and one more. */
const rows = (draft: Draft, list: string, least: number): number[] =>
  Array.from({ length: Math.max(least, rowsIn(draft, list) + 1) }, (_, n) => n);

function Part({ legend, children }: { legend: string; children: ReactNode }) {
  return (
    <div className="rule-form__part">
      <Fieldset legend={legend}>{children}</Fieldset>
    </div>
  );
}

function Line({
  draft,
  faults,
  name,
  ...input
}: Given & {
  name: string;
  label: string;
  hint?: string;
  type?: string;
  maxLength?: number;
  required?: boolean;
  readOnly?: boolean;
  inputMode?: 'decimal' | 'numeric';
}) {
  return <Input {...input} name={name} defaultValue={draft[name]} error={faults[name]} autoComplete="off" />;
}

function Choice({
  draft,
  faults,
  name,
  none,
  options,
  ...rest
}: Given & {
  name: string;
  label: string;
  hint?: string;
  none?: string;
  options: readonly (readonly [string, string])[];
}) {
  const given = draft[name] ?? '';
  const known = options.some(([value]) => value === given) || given === '';
  const all = [
    ...(none ? [['', none] as const] : []),
    ...options,
    ...(known ? [] : [[given, given] as const]),
  ];
  return (
    <Select
      {...rest}
      name={name}
      defaultValue={given}
      error={faults[name]}
      options={all.map(([value, label]) => ({ value, label }))}
    />
  );
}

function Value({ draft, faults, offices }: Given & { offices: [string, string][] }) {
  const [say, words] = [useMessages(ruleFormMessages), useMessages(ruleWordsMessages)];
  const given = { draft, faults };
  const kinds = ['statement', 'money', 'period', 'office', 'form'] as const;
  const has = (...names: string[]) => names.some((name) => draft[name] || faults[name]);
  return (
    <Part legend={say.value}>
      <Choice
        {...given}
        name="kind"
        label={say.kind}
        none={say.no}
        options={kinds.map((kind) => [kind, words[`kind_${kind}`]])}
      />
      <details open={draft.kind === 'money' || has('min', 'max')}>
        <summary>{say.money}</summary>
        <Line {...given} name="min" label={say.min} hint={say.sumHint} inputMode="decimal" maxLength={20} />
        <Line {...given} name="max" label={say.max} inputMode="decimal" maxLength={20} />
        <Choice
          {...given}
          name="per"
          label={say.per}
          none={say.no}
          options={moneyUnits.map((unit) => [unit, words[`per_${unit}`]])}
        />
        {rows(draft, 'offenses', 1).map((n) => (
          <div key={n}>
            <Line
              {...given}
              name={`offenses.${n}.nth`}
              label={say.nth(n + 1)}
              inputMode="numeric"
              maxLength={3}
            />
            <Line {...given} name={`offenses.${n}.min`} label={say.min} inputMode="decimal" maxLength={20} />
            <Line {...given} name={`offenses.${n}.max`} label={say.max} inputMode="decimal" maxLength={20} />
          </div>
        ))}
      </details>
      <details open={draft.kind === 'period' || has('count', 'from')}>
        <summary>{say.period}</summary>
        <Line {...given} name="count" label={say.count} inputMode="numeric" maxLength={5} />
        <Choice
          {...given}
          name="unit"
          label={say.unit}
          options={periodUnits.map((unit) => [unit, words[`unit_${unit}`]])}
        />
        <Line {...given} name="from" label={say.from} maxLength={200} />
        <Checkbox
          label={say.statutory}
          name="statutory"
          value="yes"
          defaultChecked={draft.statutory === 'yes'}
        />
      </details>
      <details open={draft.kind === 'office' || draft.kind === 'form' || has('office', 'name', 'url')}>
        <summary>{say.otherValue}</summary>
        <Choice {...given} name="office" label={say.office} none={say.no} options={offices} />
        <Line {...given} name="name" label={say.name} maxLength={200} />
        <Line {...given} name="url" label={say.url} maxLength={500} />
      </details>
    </Part>
  );
}

function Citations({ draft, faults }: Given) {
  const [say, words] = [useMessages(ruleFormMessages), useMessages(ruleWordsMessages)];
  const given = { draft, faults };
  return (
    <Part legend={say.citations}>
      <p>{say.citationsText}</p>
      {rows(draft, 'cite', 1).map((n) => {
        const at = (field: string) => `cite.${n}.${field}`;
        const filled = Object.keys({ ...draft, ...faults }).some((name) => name.startsWith(`cite.${n}.`));
        return (
          <details key={n} open={filled || n === 0}>
            <summary>{say.citation(n + 1)}</summary>
            <Line {...given} name={at('instrument')} label={say.instrument} maxLength={500} />
            <Choice
              {...given}
              name={at('level')}
              label={say.level}
              options={levels.map((level) => [level, words[`level_${level}`]])}
            />
            <Line {...given} name={at('locator')} label={say.locator} maxLength={500} />
            <Line {...given} name={at('publisher')} label={say.publisher} maxLength={500} />
            <Line {...given} name={at('url')} label={say.url} maxLength={500} />
            <Line {...given} name={at('published')} label={say.published} type="date" />
            <Line {...given} name={at('readAt')} label={say.readAt} type="date" />
            <Choice
              {...given}
              name={at('how')}
              label={say.how}
              options={readings.map((how) => [how, words[`how_${how}`]])}
            />
            {draft[at('quoteHash')] ? (
              <input type="hidden" name={at('quoteHash')} value={draft[at('quoteHash')]} />
            ) : null}
          </details>
        );
      })}
    </Part>
  );
}
