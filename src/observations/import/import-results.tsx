import type { ReactNode } from 'react';
import { formatNumber } from '../../ui/format.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Alert, Facts, Section, Table } from '../../ui/parts.tsx';
import type { DeskPreview, DeskSummary, ImportCounts, ImportUpload } from './desk/import-desk.ts';
import { importMessages } from './import-messages.ts';

/** What a file would store, and the button (`children`) that does it. */
export function Preview({
  upload,
  preview,
  children,
}: {
  upload: ImportUpload;
  preview: DeskPreview;
  children: ReactNode;
}) {
  const [language, say] = [useLanguage(), useMessages(importMessages)];
  const number = (value: number) => formatNumber(value, language);
  const { counts } = preview;
  return (
    <Section title={say.previewTitle} id="preview">
      <p>{say.previewLead}</p>
      <Facts
        facts={[
          { term: say.readings, value: number(counts.readings) },
          { term: say.missingCells, value: number(counts.missing) },
          { term: say.rejected, value: number(counts.rejected) },
          { term: say.cells, value: number(counts.cells) },
          { term: say.rows, value: number(counts.rows) },
          { term: say.sensors, value: number(preview.things) },
          { term: say.datastreams, value: number(preview.datastreams) },
        ]}
      />
      <Reasons counts={counts} />
      <Faults upload={upload} />
      <Table
        caption={say.first}
        stacked
        columns={[
          { title: say.line },
          { title: say.thing },
          { title: say.datastream },
          { title: say.start },
          { title: say.result },
        ]}
        rows={preview.first.map((reading, at) => ({
          key: String(at),
          cells: [
            String(reading.line),
            reading.thing,
            reading.datastream,
            reading.start,
            `${reading.result} ${reading.unit}`.trim(),
          ],
        }))}
      />
      {children}
    </Section>
  );
}

/** What became of a file's cells: the sum of all but the rows is the cells. */
export function Summary({ upload, summary }: { upload: ImportUpload; summary: DeskSummary }) {
  const [language, say] = [useLanguage(), useMessages(importMessages)];
  const number = (value: number) => formatNumber(value, language);
  const { counts } = summary;
  return (
    <Section title={upload.fileName} id="summary">
      <Alert kind="success">
        {say.doneStored(number(summary.stored))} {summary.resumed ? say.resumed : ''}
      </Alert>
      <Facts
        facts={[
          { term: say.stored, value: number(summary.stored) },
          { term: say.duplicates, value: number(summary.duplicates) },
          { term: say.dropped, value: number(summary.conflictsDropped) },
          { term: say.missingCells, value: number(counts.missing) },
          { term: say.rejected, value: number(counts.rejected) },
          { term: say.cells, value: number(counts.cells) },
          { term: say.rows, value: number(counts.rows) },
          { term: say.sensors, value: number(summary.things) },
          { term: say.datastreams, value: number(summary.datastreams) },
        ]}
      />
      <Reasons counts={counts} />
      <Faults upload={upload} />
    </Section>
  );
}

function Reasons({ counts }: { counts: ImportCounts }) {
  const [language, say] = [useLanguage(), useMessages(importMessages)];
  if (counts.reasons.length === 0) return null;
  return (
    <>
      <p>{say.reasons}:</p>
      <ul className="usa-list">
        {counts.reasons.map(([reason, cells]) => (
          <li key={reason} lang="en">
            {formatNumber(cells, language)} × {reason}
          </li>
        ))}
      </ul>
    </>
  );
}

/** The first faults, and all of them as a file. */
export function Faults({ upload, brief = false }: { upload: ImportUpload; brief?: boolean }) {
  const say = useMessages(importMessages);
  if (upload.rejects.length === 0) return null;
  return (
    <>
      {brief ? (
        ' '
      ) : (
        <ul className="usa-list">
          {upload.rejects.map(({ line, column, reason }) => (
            <li key={line + column} lang="en">
              {say.fault(String(line), column, reason)}
            </li>
          ))}
        </ul>
      )}
      <a href={`/staff/import-files/${upload.id}/rejects.csv`} download>
        {say.list}
      </a>
    </>
  );
}
