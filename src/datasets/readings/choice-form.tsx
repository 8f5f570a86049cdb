import { type SubmitEvent, useState } from 'react';
import { Form, useLocation, useSubmit } from 'react-router';
import { Button, Checkbox, Fieldset, Input, Radio } from '../../ui/form.tsx';
import { formatNumber } from '../../ui/format.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { messages } from './messages.ts';
import type { Exploration } from './read-exploration.ts';

/** The choice as a GET form: its fields are the parameters of choice.ts, so it works without JavaScript. */
export function ChoiceForm({
  data,
  picked,
  onToggle,
}: {
  data: Exploration;
  picked: ReadonlySet<string>;
  onToggle(sensor: string): void;
}) {
  const say = useMessages(messages);
  const { choice } = data;
  return (
    <Form method="get" className="choice-form" aria-label={say.choose} onSubmit={useShortAddress()}>
      <h2>{say.choose}</h2>
      <Sensors data={data} picked={picked} onToggle={onToggle} />
      {data.measures.length > 1 ? (
        <Fieldset legend={say.measures}>
          <div className="choice-list">
            {data.measures.map(({ id, name }) => (
              <Checkbox
                key={id}
                name="measure"
                value={id}
                label={name}
                defaultChecked={choice.measures.length === 0 || choice.measures.includes(id)}
              />
            ))}
          </div>
        </Fieldset>
      ) : null}
      <PeriodFields data={data} />
      <Fieldset legend={say.resolution}>
        {(['raw', 'hourly', 'daily'] as const).map((value) => (
          <Radio
            key={value}
            name="resolution"
            value={value}
            label={say[value]}
            defaultChecked={choice.resolution === value}
          />
        ))}
      </Fieldset>
      <div className="choice-form__flagged">
        <Checkbox
          name="flagged"
          value="include"
          label={say.includeFlagged}
          defaultChecked={choice.flagged === 'include'}
        />
      </div>
      <div className="choice-form__submit">
        <Button>{say.show}</Button>
      </div>
    </Form>
  );
}

/** Sends what counts, without empty fields: the address is for sharing. Without JavaScript the form sends all. */
function useShortAddress(): (event: SubmitEvent<HTMLFormElement>) => void {
  const [submit, { pathname }] = [useSubmit(), useLocation()];
  return (event) => {
    event.preventDefault();
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(event.currentTarget)) {
      if (typeof value === 'string' && value.trim() !== '') query.append(name, value);
    }
    if (query.get('period') === 'dates' && (query.has('from') || query.has('to'))) query.delete('period');
    else if (query.get('period') !== 'dates') for (const name of ['from', 'to']) query.delete(name);
    submit(query, { action: pathname, preventScrollReset: true });
  };
}

const fewSensors = 8;

function Sensors({
  data,
  picked,
  onToggle,
}: {
  data: Exploration;
  picked: ReadonlySet<string>;
  onToggle(sensor: string): void;
}) {
  const [say, language] = [useMessages(messages), useLanguage()];
  const [find, setFind] = useState(data.find);
  const offered = new Set(data.offered.map((each) => each.sensor));
  // What was chosen on the map may not be in the list yet.
  const fromMap = data.sensors.filter((each) => picked.has(each.sensor) && !offered.has(each.sensor));
  const listed = [...data.offered, ...fromMap];
  const wanted = find.trim().toLowerCase();
  const isWanted = (each: { sensor: string; name: string }) =>
    picked.has(each.sensor) ||
    each.name.toLowerCase().includes(wanted) ||
    each.sensor.toLowerCase() === wanted;
  return (
    <Fieldset legend={say.sensors}>
      {data.sensorsFound > fewSensors || data.find ? (
        <div className="choice-find">
          <Input
            label={say.findSensor}
            name="find"
            type="search"
            autoComplete="off"
            defaultValue={data.find}
            onChange={(event) => setFind(event.target.value)}
          />
          <Button kind="outline">{say.find}</Button>
        </div>
      ) : null}
      {listed.length === 0 ? <p>{data.find ? say.noSensorFound : say.noSensors}</p> : null}
      <div className="choice-list">
        {listed.map((each) => (
          <div key={each.sensor} className="usa-checkbox" hidden={!isWanted(each)}>
            <input
              className="usa-checkbox__input"
              id={`sensor-${each.sensor}`}
              type="checkbox"
              name="sensor"
              value={each.sensor}
              checked={picked.has(each.sensor)}
              onChange={() => onToggle(each.sensor)}
            />
            <label className="usa-checkbox__label" htmlFor={`sensor-${each.sensor}`}>
              {each.name}
            </label>
          </div>
        ))}
      </div>
      {data.sensorsFound > data.offered.length ? (
        <p className="usa-hint">
          {say.sensorsListed(
            formatNumber(data.offered.length, language),
            formatNumber(data.sensorsFound, language),
          )}
        </p>
      ) : null}
    </Fieldset>
  );
}

function PeriodFields({ data }: { data: Exploration }) {
  const say = useMessages(messages);
  const { period } = data.choice;
  const [kind, setKind] = useState('preset' in period ? period.preset : 'dates');
  const kinds = [
    ['latest', say.latest],
    ['24h', say.last24h],
    ['7d', say.last7d],
    ['30d', say.last30d],
    ['90d', say.last90d],
    ['all', say.allTime],
    ['dates', say.betweenDates],
  ] as const;
  // A date that is filled in means that the dates count.
  const date = (name: 'from' | 'to') => (
    <Input
      label={say[name]}
      name={name}
      type="date"
      defaultValue={'preset' in period ? '' : (period[name] ?? '')}
      onChange={() => setKind('dates')}
    />
  );
  return (
    <Fieldset legend={say.period}>
      <select
        className="usa-select"
        name="period"
        aria-label={say.period}
        value={kind}
        onChange={(event) => setKind(kinds.find(([value]) => value === event.target.value)?.[0] ?? 'latest')}
      >
        {kinds.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <div className="choice-dates">
        {date('from')}
        {date('to')}
      </div>
      <p className="usa-hint">{say.datesHint}</p>
    </Fieldset>
  );
}
