import { Form } from 'react-router';
import { Button, Checkbox, Fieldset, Input, Select } from '../../ui/form.tsx';
import { useMessages } from '../../ui/language-context.tsx';
import { Alert, Section } from '../../ui/parts.tsx';
import type { ImportUpload } from './desk/import-desk.ts';
import { importMessages } from './import-messages.ts';
import type { MappingInput } from './mapping.ts';
import { columnOf, unescaped } from './mapping-form.ts';
import type { Proposal } from './propose-mapping.ts';

const notes = {
  'ambiguous-day': 'note_ambiguousDay',
  'winter-time': 'note_winterTime',
  'no-time': 'note_noTime',
  'nothing-measured': 'note_nothingMeasured',
  'no-sensor': 'note_noSensor',
  repeats: 'note_repeats',
} as const;
const encodings = [
  'utf-8',
  'windows-1252',
  'iso-8859-15',
  'utf-16le',
  'utf-16be',
  'windows-1250',
  'shift_jis',
];
const plainOptions = (values: readonly string[]) =>
  [...new Set(values)].map((value) => ({ value, label: value }));

/** What a file seems to mean, to be corrected and previewed. */
export function ImportForm({
  upload,
  proposal,
  mapping,
}: {
  upload: ImportUpload;
  proposal: Proposal;
  mapping: MappingInput;
}) {
  const say = useMessages(importMessages);
  const { time, file = {} } = mapping;
  const columns = proposal.columns.map(({ column }) => column);
  const [time1 = '', time2 = ''] = time.columns ?? [time.column ?? ''];
  const sensor = columnOf(mapping.thing?.key);
  const none = { value: '', label: say.none };
  const repeats = [...new Set([time.repeated_hour ?? 'reject', 'earlier', 'later', 'reject'] as const)];
  return (
    <Section title={say.check} id="file">
      <p>{say.checkLead(upload.fileName)}</p>
      {upload.error ? (
        <Alert kind="error" title={say.wrong}>
          <span lang="en">{upload.error}</span>
        </Alert>
      ) : null}
      {proposal.notes.length > 0 ? (
        <Alert kind="warning">
          <ul className="usa-list">
            {proposal.notes.map((note) => (
              <li key={note}>{say[notes[note]]}</li>
            ))}
          </ul>
        </Alert>
      ) : null}
      <Form method="post" className="usa-form usa-form--large" reloadDocument>
        <input type="hidden" name="upload" value={upload.id} />
        {file.format === 'csv' ? (
          <details>
            <summary>{say.howWritten}</summary>
            <Select
              label={say.encoding}
              name="encoding"
              defaultValue={file.encoding ?? 'utf-8'}
              options={plainOptions([file.encoding ?? 'utf-8', ...encodings])}
            />
            <Select
              label={say.delimiter}
              name="delimiter"
              defaultValue={file.delimiter ?? ','}
              options={[
                { value: ',', label: say.comma },
                { value: ';', label: say.semicolon },
                { value: 'tab', label: say.tab },
                { value: '|', label: say.bar },
              ]}
            />
            <Select
              label={say.decimal}
              name="decimal"
              defaultValue={file.decimal ?? '.'}
              options={[
                { value: '.', label: say.point },
                { value: ',', label: say.comma },
              ]}
            />
          </details>
        ) : null}
        <Fieldset legend={say.time}>
          <Select label={say.timeColumn} name="time1" defaultValue={time1} options={plainOptions(columns)} />
          <Select
            label={say.timeColumn2}
            name="time2"
            defaultValue={time2}
            options={[none, ...plainOptions(columns)]}
          />
          <Input
            label={say.format}
            hint={say.formatHint}
            name="format"
            defaultValue={time.format}
            maxLength={60}
            required
          />
          <Input
            label={say.zone}
            hint={say.zoneHint}
            name="zone"
            defaultValue={time.zone ?? ''}
            maxLength={60}
          />
          <Select
            label={say.repeated}
            name="repeated"
            defaultValue={time.repeated_hour ?? 'reject'}
            options={repeats.map((value) => ({ value, label: say[`repeated_${value}`] }))}
          />
          <Input
            label={say.covers}
            hint={say.coversHint}
            name="covers"
            defaultValue={time.covers ?? ''}
            maxLength={20}
          />
        </Fieldset>
        <Select
          label={say.sensor}
          name="sensor"
          defaultValue={sensor}
          options={[{ value: '', label: say.oneSensor }, ...plainOptions(columns)]}
        />
        <Input
          label={say.sensorName}
          name="sensorName"
          defaultValue={sensor === '' ? unescaped(mapping.thing?.name ?? '') : ''}
          maxLength={200}
        />
        <Input
          label={say.missing}
          hint={say.missingHint}
          name="missing"
          defaultValue={(file.missing ?? []).join(', ')}
          maxLength={200}
        />
        <Select
          label={say.conflict}
          name="conflict"
          defaultValue={mapping.conflict ?? 'reject'}
          options={(['reject', 'keep-first', 'keep-both'] as const).map((value) => ({
            value,
            label: say[`conflict_${value}`],
          }))}
        />
        <Fieldset legend={say.measured}>
          {proposal.columns.map((column, at) => (
            <ColumnFields
              key={column.column}
              at={at}
              column={column}
              stream={mapping.datastreams.find((stream) => stream.column === column.column)}
              sensor={sensor}
            />
          ))}
        </Fieldset>
        <Button name="do" value="preview">
          {say.preview}
        </Button>{' '}
        <Button kind="unstyled" name="do" value="forget">
          {say.forget}
        </Button>
      </Form>
    </Section>
  );
}

function ColumnFields({
  at,
  column,
  stream,
  sensor,
}: {
  at: number;
  column: Proposal['columns'][number];
  stream: MappingInput['datastreams'][number] | undefined;
  sensor: string;
}) {
  const say = useMessages(importMessages);
  const written = unescaped(stream?.name ?? column.column);
  const name = written.endsWith(`, {${sensor}}`) ? written.slice(0, -sensor.length - 4) : written;
  const kind = column.kind === 'empty' ? 'number' : column.kind;
  const fields = (
    <>
      <Input label={say.name} name={`n${at}`} defaultValue={name} maxLength={200} />
      <Select
        label={say.type}
        name={`k${at}`}
        defaultValue={stream?.type ?? kind}
        options={(['number', 'integer', 'text', 'boolean'] as const).map((value) => ({
          value,
          label: say[`type_${value}`],
        }))}
      />
      <Input label={say.unit} name={`y${at}`} defaultValue={stream?.unit?.symbol ?? ''} maxLength={60} />
      <Input
        label={say.missingHere}
        name={`m${at}`}
        defaultValue={(stream?.missing ?? []).join(', ')}
        maxLength={200}
      />
    </>
  );
  return (
    <fieldset className="usa-fieldset">
      <legend className="usa-sr-only">{column.column}</legend>
      <Checkbox
        label={say.take(column.column)}
        name={`u${at}`}
        value="1"
        defaultChecked={stream !== undefined}
      />
      <p className="quiet">
        {column.examples.length > 0 ? (
          <>
            {say.examples}: <span lang="en">{column.examples.join(' · ')}</span>
          </>
        ) : (
          say.noExamples
        )}
      </p>
      <details open={stream !== undefined}>
        <summary>
          {say.name}, {say.type}, {say.unit}
        </summary>
        {fields}
      </details>
    </fieldset>
  );
}
