import { formatNumber } from '../ui/format.ts';
import { useLanguage, useMessages } from '../ui/language-context.tsx';
import { Table } from '../ui/parts.tsx';
import { Time } from '../ui/time.tsx';
import { policyMessages } from './policy-messages.ts';
import type { Looked, Preview, PreviewRow } from './preview-policy.ts';
import type { TablePreview } from './preview-table.ts';

export type Previews = { readings: Preview[]; table: TablePreview | null };

/** Real rows as they are and as they would be released, beside each other. */
export function PolicyPreview({ previews: { readings, table } }: { previews: Previews }) {
  const say = useMessages(policyMessages);
  return (
    <>
      <p className="quiet">{say.previewOnly}</p>
      {readings.map((preview) => (
        <section key={preview.property}>
          <h3>{say.ofProperty(preview.property)}</h3>
          <Counts {...preview} />
          {preview.mode === 'later' ? <p className="quiet">{say.later}</p> : null}
          <div className="side-by-side">
            <Readings caption={say.raw} of={preview.property} rows={preview.raw} />
            {preview.released ? (
              <Readings caption={say.released} of={preview.property} rows={preview.released} />
            ) : (
              <p>{say.allWithheld}</p>
            )}
          </div>
        </section>
      ))}
      {table ? (
        <section>
          <h3>{say.ofTable}</h3>
          <Counts {...table} />
          {table.mixed ? <p className="quiet">{say.mixed}</p> : null}
          <div className="side-by-side">
            <Rows caption={say.rawTable} {...table.raw} />
            <Rows caption={say.released} {...table.released} />
          </div>
        </section>
      ) : null}
    </>
  );
}

function Counts({ looked, withheld }: Looked) {
  const [language, say] = [useLanguage(), useMessages(policyMessages)];
  return <p>{say.counts(formatNumber(looked, language), formatNumber(withheld, language))}</p>;
}

function Readings({ caption, of, rows }: { caption: string; of: string; rows: PreviewRow[] }) {
  const [language, say] = [useLanguage(), useMessages(policyMessages)];
  const parameters = rows.some((row) => row.parameters !== null);
  const quality = rows.some((row) => row.quality !== null);
  const shown = (value: unknown) =>
    value === null || value === undefined ? (
      <span className="quiet">{say.noValue}</span>
    ) : typeof value === 'number' ? (
      formatNumber(value, language, 4)
    ) : typeof value === 'string' ? (
      value
    ) : (
      <Members value={value} />
    );
  return (
    <Table
      caption={`${caption}: ${of}`}
      stacked
      empty={`${caption}: ${say.noRows}`}
      columns={[
        { title: say.timeColumn },
        { title: say.value },
        ...(parameters ? [{ title: say.more }] : []),
        ...(quality ? [{ title: say.quality }] : []),
      ]}
      rows={rows.map((row, index) => ({
        key: `${row.time} ${index}`,
        cells: [
          <span key="time">
            <Time at={row.time} />
            {row.timeEnd ? (
              <>
                {' – '}
                <Time at={row.timeEnd} />
              </>
            ) : null}
          </span>,
          shown(row.result),
          ...(parameters ? [shown(row.parameters)] : []),
          ...(quality ? [shown(row.quality)] : []),
        ],
      }))}
    />
  );
}

/** What goes with a reading, member by member; what is deeper as it is written. */
function Members({ value }: { value: unknown }) {
  const say = useMessages(policyMessages);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return <>{JSON.stringify(value)}</>;
  return (
    <>
      {Object.entries(value).map(([name, member]) => (
        <div key={name}>
          <span className="quiet">{name}:</span>{' '}
          {member === null ? (
            <span className="quiet">{say.noValue}</span>
          ) : typeof member === 'string' ? (
            member
          ) : (
            JSON.stringify(member)
          )}
        </div>
      ))}
    </>
  );
}

function Rows({ caption, columns, rows }: { caption: string; columns: string[]; rows: (string | null)[][] }) {
  const say = useMessages(policyMessages);
  const none = <span className="quiet">{say.noValue}</span>;
  return (
    <Table
      caption={caption}
      stacked
      empty={`${caption}: ${say.noRows}`}
      columns={columns.map((title) => ({ title }))}
      rows={rows.map((row, index) => ({
        key: String(index),
        cells: row.map((cell, at) => (cell === null ? <span key={columns[at]}>{none}</span> : cell)),
      }))}
    />
  );
}
