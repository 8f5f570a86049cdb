import { Link } from 'react-router';
import { formatDate, formatNumber } from '../../ui/format.ts';
import { type Language, locales } from '../../ui/language.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Table } from '../../ui/parts.tsx';
import { keyMessages } from './key-messages.ts';
import type { KeyPage, UsageSum } from './read-key.ts';

const height = 100;

/** Requests a day as bars, drawn by the server, and the same numbers as tables. */
export function KeyUsage({ usage }: { usage: KeyPage['usage'] }) {
  const [language, say] = [useLanguage(), useMessages(keyMessages)];
  const { only, days, datasets } = usage;
  const number = (value: number) => formatNumber(value, language, 0);
  const sum = (of: keyof UsageSum) => days.reduce((total, day) => total + day[of], 0);
  const used = days.filter(({ requests }) => requests > 0).reverse();
  if (datasets.length === 0) return <p>{say.usageNone}</p>;
  const most = Math.max(1, ...days.map(({ requests }) => requests));
  const columns = [
    { title: say.requests, numeric: true },
    { title: say.refused, numeric: true },
    { title: say.bytes, numeric: true },
  ];
  const cells = (row: UsageSum) => [number(row.requests), number(row.refused), bytesIn(row.bytes, language)];
  return (
    <>
      {only ? (
        <p>
          <strong>{say.usageOnly(only.title)}</strong> · <Link to="?#usage">{say.usageAll}</Link>
        </p>
      ) : null}
      <figure className="key-chart">
        <svg
          viewBox={`0 0 ${days.length * 10} ${height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={say.chart(number(sum('requests')), number(sum('refused')))}
        >
          {days.map(({ day, requests, refused }, index) => {
            const all = (requests / most) * height;
            const over = (refused / most) * height;
            return (
              <g key={day}>
                <rect className="key-chart__all" x={index * 10 + 1} y={height - all} width={8} height={all} />
                <rect
                  className="key-chart__refused"
                  x={index * 10 + 1}
                  y={height - over}
                  width={8}
                  height={over}
                />
              </g>
            );
          })}
        </svg>
        <p className="key-chart__ends" aria-hidden="true">
          <span>{formatDate(days[0]?.day ?? '', language)}</span>
          <span>{formatDate(days.at(-1)?.day ?? '', language)}</span>
        </p>
        <figcaption>
          <span className="key-chart__mark key-chart__mark--all" /> {say.answered}{' '}
          <span className="key-chart__mark key-chart__mark--refused" /> {say.refusedWord}.{' '}
          {say.chartMost(number(most))}
        </figcaption>
      </figure>
      <Table
        caption={say.byDataset}
        stacked
        columns={[{ title: say.dataset }, ...columns]}
        rows={datasets.map((row) => ({
          key: row.slug ?? '',
          cells: [
            row.slug ? (
              <Link key="dataset" to={`?dataset=${row.slug}#usage`} lang="en">
                {row.title}
              </Link>
            ) : (
              say.noDataset
            ),
            ...cells(row),
          ],
        }))}
      />
      <details>
        <summary>{say.byDay}</summary>
        <Table
          caption={say.byDay}
          captionHidden
          stacked
          columns={[{ title: say.day }, ...columns]}
          rows={used.map((row) => ({ key: row.day, cells: [formatDate(row.day, language), ...cells(row)] }))}
        />
      </details>
    </>
  );
}

const units = [
  [1e9, 'gigabyte'],
  [1e6, 'megabyte'],
  [1e3, 'kilobyte'],
  [1, 'byte'],
] as const;

function bytesIn(bytes: number, language: Language): string {
  const [size, unit] = units.find(([each]) => bytes >= each) ?? [1, 'byte'];
  return new Intl.NumberFormat(locales[language], { style: 'unit', unit, maximumFractionDigits: 1 }).format(
    bytes / size,
  );
}
