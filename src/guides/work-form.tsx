import { Form } from 'react-router';
import { Button, Input, Select } from '../ui/form.tsx';
import { useLanguage, useMessages } from '../ui/language-context.tsx';
import { Alert, Section } from '../ui/parts.tsx';
import type { RuleView } from './rule-view.ts';
import { firstDay, lastDay } from './work-kind.ts';
import { workMessages } from './work-messages.ts';
import type { Work, WorkedOut } from './work-out.ts';
import { DeadlineResult, FeeResult, PenaltyResult } from './work-results.tsx';

/** The part of a rule's page that works something out: a form that needs no script, and under it what comes out. */
export function WorkOut({ rule, worked }: { rule: RuleView; worked: WorkedOut }) {
  const [language, say] = [useLanguage(), useMessages(workMessages)];
  const { work, fields, today } = worked;
  const faulty = Object.keys(work.faults).length > 0;
  return (
    <Section title={say[`${work.kind}Title`]} id="work" intro={say[`${work.kind}Intro`]}>
      {faulty ? <Alert kind="error">{say.wrong}</Alert> : null}
      <Form
        method="get"
        action={`/${language}/rules/${rule.id}#work`}
        className="panel ask-form"
        key={JSON.stringify(fields)}
      >
        <input type="hidden" name="work" value="1" />
        <Fields work={work} fields={fields} />
        <div className="action">
          <Button>{say.workOut}</Button>
        </div>
      </Form>
      {work.kind === 'deadline' && work.result ? (
        <DeadlineResult work={work} rule={rule} today={today} />
      ) : null}
      {work.kind === 'fee' && work.result ? <FeeResult result={work.result} today={today} /> : null}
      {work.kind === 'penalty' && work.result ? <PenaltyResult result={work.result} today={today} /> : null}
    </Section>
  );
}

function Fields({ work, fields }: { work: Work; fields: WorkedOut['fields'] }) {
  const say = useMessages(workMessages);
  const common = (name: string) => {
    const fault = work.faults[name];
    return { name, defaultValue: fields[name] ?? '', ...(fault ? { error: say[fault] } : {}) };
  };
  const day = { type: 'date', min: firstDay, max: lastDay, hint: say.dayHint('2026-11-20') };
  const number = { type: 'number', min: 0, step: 1, inputMode: 'numeric' as const };
  switch (work.kind) {
    case 'deadline':
      return (
        <>
          <Input {...day} {...common('day')} label={say.dayFrom(work.from)} required />
          {work.hours ? (
            <Input type="time" {...common('time')} label={say.time} hint={say.timeHint} required />
          ) : null}
        </>
      );
    case 'fee':
      return (
        <>
          <City work={work} />
          {work.units.map((unit) => (
            <Input
              key={unit.topic}
              {...number}
              {...common(`n.${unit.topic}`)}
              label={`${unit.name}: ${say[unit.per]}`}
            />
          ))}
          <Input
            {...day}
            {...common('day')}
            defaultValue={fields.day ?? work.today}
            label={say.dayFee}
            required
          />
        </>
      );
    case 'penalty':
      return (
        <>
          <City work={work} />
          <Input {...day} {...common('day')} label={say.dayOffense} required />
          <Input {...day} {...common('earlier1')} label={say.earlier1} />
          <Input {...day} {...common('earlier2')} label={say.earlier2} />
          <Input {...number} {...common('further')} label={say.further} hint={say.furtherHint} />
        </>
      );
  }
}

/** Only a state's rule leaves a city to choose. */
function City({ work: { place, faults } }: { work: Exclude<Work, { kind: 'deadline' }> }) {
  const say = useMessages(workMessages);
  if (place.cities.length === 0) return null;
  return (
    <Select
      label={say.city}
      hint={say.cityHint}
      name="city"
      defaultValue={place.chosen}
      {...(faults.city ? { error: say[faults.city] } : {})}
      options={[
        { value: '', label: say.stateAlone },
        ...place.cities.map(({ slug, name }) => ({ value: slug, label: name })),
      ]}
    />
  );
}
