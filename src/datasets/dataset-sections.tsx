import { Link } from 'react-router';
import { columnLabel, descriptionMessages, StepWords } from '../release/view.tsx';
import { formatNumber } from '../ui/format.ts';
import { useLanguage, useMessages } from '../ui/language-context.tsx';
import { Facts, NotStated, Table } from '../ui/parts.tsx';
import { datasetMessages } from './dataset-messages.ts';
import { datasetMoreMessages } from './dataset-more-messages.ts';
import type { DatasetPage, Measured } from './read-dataset.ts';
import type { DatasetRules } from './read-dataset-rules.ts';

type Columns = Awaited<ReturnType<typeof import('./read-dataset.ts').readDataset>>['columns'];

/** What each column means: those that the data have, and those that are described and still to come. */
export function Dictionary({ measured, columns }: { measured: Measured[]; columns: Columns }) {
  const [language, say, more, words] = [
    useLanguage(),
    useMessages(datasetMessages),
    useMessages(datasetMoreMessages),
    useMessages(descriptionMessages),
  ];
  const ranged = measured.some(({ low, high }) => low !== null || high !== null);
  const gap = <span className="not-stated">{more.notDescribed}</span>;
  const described = (column: Pick<Measured, 'kind' | 'meaning' | 'sensitivity'>) => ({
    kind: column.kind ? (column.kind === 'place' ? words['place-kind'] : words[column.kind]) : gap,
    meaning: column.meaning?.[language] ?? gap,
    sensitivity: column.sensitivity ? words[column.sensitivity] : gap,
  });
  const unitWords = (unit: string | null) => (unit === '1' ? say.noUnit : unit || <NotStated />);
  const rows = [
    ...measured.map((one) => ({
      key: `${one.id} ${one.unit}`,
      name: <Definition measured={one} />,
      unit: unitWords(one.unit),
      range: range(one),
      series: formatNumber(one.datastreams, language),
      ...described(one),
    })),
    ...columns.map((column) => ({
      key: column.name,
      name: <span lang="en">{columnLabel(column.name)}</span>,
      unit: column.unit ?? '–',
      range: '–',
      series: '–',
      ...described(column),
    })),
  ];
  return (
    <>
      <Table
        caption={more.dictionary}
        captionHidden
        stacked
        columns={[
          { title: measured.length > 0 ? say.measureColumn : words.column },
          { title: more.meaningColumn },
          { title: more.typeColumn },
          { title: say.unitColumn },
          ...(ranged ? [{ title: say.rangeColumn }] : []),
          { title: more.sensitivityColumn },
          ...(measured.length > 0 ? [{ title: say.seriesColumn, numeric: true as const }] : []),
        ]}
        rows={rows.map((row) => ({
          key: row.key,
          cells: [
            row.name,
            row.meaning,
            row.kind,
            row.unit,
            ...(ranged ? [row.range] : []),
            row.sensitivity,
            ...(measured.length > 0 ? [row.series] : []),
          ],
        }))}
        empty={words.noColumns}
      />
      {ranged ? <p className="quiet">{say.rangeNote}</p> : null}
    </>
  );

  function range({ low, high }: Measured): string {
    const bound = (value: number | null) => (value === null ? '…' : formatNumber(value, language));
    return low === null && high === null ? '–' : `${bound(low)} – ${bound(high)}`;
  }
}

function Definition({ measured }: { measured: Measured }) {
  return /^https?:/.test(measured.definition) ? (
    <a href={measured.definition} lang="en">
      {measured.name}
    </a>
  ) : (
    <span lang="en">{measured.name}</span>
  );
}

/** Figures from a bounded look at the newest readings, and from how many. */
export function QualityFigures({
  quality,
  datastreams,
}: {
  quality: DatasetPage['quality'];
  datastreams: number;
}) {
  const [language, more] = [useLanguage(), useMessages(datasetMoreMessages)];
  if (quality.readings === 0) return <p>{more.noQuality}</p>;
  const number = (value: number) => formatNumber(value, language);
  const share = (part: number, whole: number) =>
    `${formatNumber(whole === 0 ? 0 : (100 * part) / whole, language, 1)} %`;
  return (
    <>
      <p className="quiet">{more.qualityText(number(quality.readings), number(Math.min(10, datastreams)))}</p>
      <Facts
        facts={[
          {
            term: more.flagged,
            value: more.share(share(quality.flagged, quality.readings), number(quality.flagged)),
          },
          { term: more.gaps, value: more.gapsText(number(quality.gaps), number(quality.intervals)) },
        ]}
      />
    </>
  );
}

/** What the release policy in force changes or leaves out, and why. */
export function Withheld({ dataset: { policy, policyVersion } }: { dataset: DatasetPage }) {
  const more = useMessages(datasetMoreMessages);
  const steps = policy?.steps ?? [];
  if (steps.length === 0) return <StepWords steps={steps} />;
  return (
    <>
      <p className="quiet">{more.withheldUnder(policyVersion)}</p>
      <StepWords steps={steps} />
      <Facts facts={[{ term: more.reason, value: policy?.reason }]} />
    </>
  );
}

export function Rules({ rules, place }: { rules: DatasetRules; place: string | undefined }) {
  const [language, more] = [useLanguage(), useMessages(datasetMoreMessages)];
  const lines = [...(rules.retention ? [rules.retention] : []), ...rules.rules];
  return (
    <>
      {lines.length === 0 ? <p>{more.noRules}</p> : null}
      <ul className="usa-list">
        {lines.map((rule) => (
          <li key={rule.id}>
            <Link to={`/${language}/rules/${rule.id}`}>{rule.says}</Link>{' '}
            <span className="quiet">
              ({more[rule.state]}
              {rule.cite ? (
                <>
                  {': '}
                  <span lang="en">{rule.cite}</span>
                </>
              ) : null}
              )
            </span>
          </li>
        ))}
      </ul>
      <p>
        <Link to={`/${language}/ask${place ? `?place=${place}` : ''}`}>{more.rulesMore}</Link>
      </p>
    </>
  );
}
