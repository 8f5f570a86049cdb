import { Form } from 'react-router';
import { Button, Checkbox, Fieldset, Input, Radio, Select } from '../../ui/form.tsx';
import { formatNumber } from '../../ui/format.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Alert, Section } from '../../ui/parts.tsx';
import { deskMessages } from './desk-messages.ts';
import type { DeskUpload } from './read-table-desk.ts';
import {
  columnTypes,
  type FileGuess,
  type FileShape,
  type GuessNote,
  storeModes,
  type TableColumn,
} from './table.ts';
import { tableMessages } from './table-messages.ts';

/** What was found in a file, to be corrected and stored. */
export function PlanForm({
  upload,
  guess,
  existing,
}: {
  upload: DeskUpload;
  guess: FileGuess;
  /** The columns of the table, if it has any. */
  existing: readonly TableColumn[];
}) {
  const [language, say] = [useLanguage(), useMessages(deskMessages)];
  const modes = existing.length > 0 ? storeModes : (['replace'] as const);
  const keyed = existing.some(({ isKey }) => isKey);
  return (
    <Section title={say.check} id="file">
      <p>{say.checkLead(upload.fileName, formatNumber(guess.rows, language))}</p>
      {upload.error ? (
        <Alert kind="error" title={say.state_failed}>
          <span lang="en">{upload.error}</span>
          <Rejects upload={upload} />
        </Alert>
      ) : null}
      {guess.notes.length > 0 ? (
        <Alert kind="warning">
          <ul className="usa-list">
            {guess.notes.slice(0, 20).map((note) => (
              <li key={note.what + note.at}>{noteWords(note, say)}</li>
            ))}
          </ul>
        </Alert>
      ) : null}
      <Form method="post" className="usa-form usa-form--large plan-form" reloadDocument>
        <input type="hidden" name="upload" value={upload.id} />
        <input type="hidden" name="count" value={guess.columns.length} />
        {/* Enter in a field stores; a browser takes the first button for that. */}
        <button
          type="submit"
          name="do"
          value="store"
          className="usa-sr-only"
          tabIndex={-1}
          aria-hidden="true"
        >
          {say.store}
        </button>
        <details>
          <summary>{say.howWritten}</summary>
          <ShapeFields file={guess.file} sheets={guess.sheets} />
          <Button kind="outline" name="do" value="again">
            {say.again}
          </Button>
        </details>
        {guess.columns.map((column, at) => (
          <ColumnFields
            key={column.field}
            at={at}
            column={column}
            known={existing.find(({ name }) => name === column.name)}
          />
        ))}
        {modes.length > 1 ? (
          <Fieldset legend={say.what}>
            {modes
              .filter((mode) => !(keyed && mode === 'append'))
              .map((mode) => (
                <Radio
                  key={mode}
                  label={say[`mode_${mode}`]}
                  name="mode"
                  value={mode}
                  defaultChecked={mode === (keyed ? 'upsert' : 'replace')}
                />
              ))}
          </Fieldset>
        ) : null}
        <Button name="do" value="store">
          {say.store}
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
  known,
}: {
  at: number;
  column: FileGuess['columns'][number];
  known?: TableColumn | undefined;
}) {
  const [say, words] = [useMessages(deskMessages), useMessages(tableMessages)];
  return (
    <fieldset className="usa-fieldset plan-column">
      <legend className="usa-sr-only">{column.name}</legend>
      <input type="hidden" name={`i${at}`} value={column.field} />
      <Checkbox label={say.take(column.name)} name={`u${at}`} value="1" defaultChecked />
      <p className="quiet plan-column__examples">
        {column.examples.length > 0 ? (
          <>
            {say.examples}: <span lang="en">{column.examples.join(' · ')}</span>
          </>
        ) : (
          say.noExamples
        )}
      </p>
      <div className="plan-column__fields">
        <Input label={say.name} name={`n${at}`} defaultValue={column.name} maxLength={200} required />
        <Select
          label={say.type}
          name={`t${at}`}
          defaultValue={known?.type ?? column.type}
          options={columnTypes.map((type) => ({ value: type, label: words[`type_${type}`] }))}
        />
        <Input label={say.format} name={`f${at}`} defaultValue={column.format ?? ''} maxLength={60} />
      </div>
      <Checkbox
        label={say.required}
        name={`r${at}`}
        value="1"
        defaultChecked={known ? !known.nullable : false}
      />
      <Checkbox label={say.key} name={`k${at}`} value="1" defaultChecked={known?.isKey ?? false} />
    </fieldset>
  );
}

function ShapeFields({ file, sheets }: { file: FileShape; sheets: readonly string[] }) {
  const say = useMessages(deskMessages);
  const encodings = [
    'utf-8',
    'windows-1252',
    'iso-8859-15',
    'utf-16le',
    'utf-16be',
    'windows-1250',
    'shift_jis',
  ];
  const options = (values: readonly string[]) => values.map((value) => ({ value, label: value }));
  return (
    <>
      <input type="hidden" name="format" value={file.format} />
      {file.format === 'xlsx' ? (
        <Select label={say.sheet} name="sheet" defaultValue={file.sheet} options={options(sheets)} />
      ) : (
        <>
          <Select
            label={say.delimiter}
            name="delimiter"
            defaultValue={file.delimiter}
            options={[
              { value: ',', label: say.comma },
              { value: ';', label: say.semicolon },
              { value: '\t', label: say.tab },
              { value: '|', label: say.bar },
            ]}
          />
          <Select
            label={say.encoding}
            name="encoding"
            defaultValue={file.encoding}
            options={options([...new Set([file.encoding, ...encodings])])}
          />
        </>
      )}
      <Input
        label={say.header}
        name="header"
        type="number"
        min={1}
        max={1000}
        defaultValue={file.header}
        required
      />
      {file.format === 'csv' ? (
        <>
          <Checkbox label={say.quotes} name="quotes" value="1" defaultChecked={file.quotes} />
          <Checkbox label={say.fill} name="fill" value="1" defaultChecked={file.fill} />
        </>
      ) : null}
      <p className="usa-hint">{say.formatHint}</p>
    </>
  );
}

/** The first rows that could not be stored, and all of them as a file. */
export function Rejects({ upload }: { upload: DeskUpload }) {
  const say = useMessages(deskMessages);
  if (upload.rejects.length === 0) return null;
  return (
    <>
      <ul className="usa-list">
        {upload.rejects.map(({ line, column, reason }) => (
          <li key={line} lang="en">
            {say.line(String(line), column, reason)}
          </li>
        ))}
      </ul>
      <a href={`/staff/table-files/${upload.id}/rejects.csv`} download>
        {say.badList}
      </a>
    </>
  );
}

function noteWords(
  { what, at }: GuessNote,
  say: (typeof deskMessages)['en'] | (typeof deskMessages)['es'],
): string {
  if (what === 'ambiguous-day') return say.note_ambiguous(at);
  if (what === 'same-name') return say.note_same(at);
  if (what === 'no-name') return say.note_none(at);
  return what === 'uneven' ? say.note_uneven(at) : say.note_legacy;
}
