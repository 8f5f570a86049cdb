import { Link } from 'react-router';
import { formatNumber } from '../../ui/format.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Time } from '../../ui/time.tsx';
import type { ColumnType, TableColumn } from './table.ts';
import { tableMessages } from './table-messages.ts';

const numeric = (type: ColumnType): boolean => type === 'integer' || type === 'number';

/** Rows as texts, the number of the row first; each column's title sorts by it, and once more backwards. */
export function RowTable({
  caption,
  columns,
  rows,
  sort,
  hrefOf,
}: {
  caption: string;
  columns: readonly TableColumn[];
  rows: readonly (readonly (string | null)[])[];
  /** The name sorted by, with `-` before it: backwards. */
  sort: string;
  hrefOf: (sort: string) => string;
}) {
  const say = useMessages(tableMessages);
  if (rows.length === 0) return <p>{say.none}</p>;
  const order = (name: string) =>
    sort === name ? 'ascending' : sort === `-${name}` ? 'descending' : undefined;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of one table is no set of form fields
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard [WCAG 2.1.1]
    <div className="usa-table-container--scrollable" role="group" tabIndex={0} aria-label={caption}>
      <table className="usa-table usa-table--borderless data-table data-table--stacked">
        <caption className="usa-sr-only">{caption}</caption>
        <thead>
          <tr>
            <th scope="col" className="numeric">
              {say.number}
            </th>
            {columns.map(({ name, type, position }) => (
              <th
                scope="col"
                key={position}
                className={numeric(type) ? 'numeric' : undefined}
                aria-sort={order(name)}
              >
                {type === 'place' ? (
                  <span lang="en">{name}</span>
                ) : (
                  <Link
                    to={hrefOf(order(name) === 'ascending' ? `-${name}` : name)}
                    aria-label={say.sortBy(name)}
                    rel="nofollow"
                  >
                    <span lang="en">{name}</span>
                    {order(name) === 'ascending' ? ' ▲' : order(name) === 'descending' ? ' ▼' : ''}
                  </Link>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([id, ...cells]) => (
            <tr key={id}>
              <th scope="row" className="numeric" data-label={say.number}>
                {id}
              </th>
              {columns.map(({ name, type, position }, index) => (
                <td key={position} className={numeric(type) ? 'numeric' : undefined} data-label={name}>
                  <Cell type={type} text={cells[index] ?? null} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ type, text }: { type: ColumnType; text: string | null }) {
  const [language, say] = [useLanguage(), useMessages(tableMessages)];
  if (text === null) return '–';
  if (type === 'time') return <Time at={text} />;
  if (type === 'boolean') return text === 'true' ? say.yes : say.no;
  if (type === 'number') return formatNumber(Number(text), language, 6);
  return type === 'text' ? (
    <span lang="en">{text.length > 300 ? `${text.slice(0, 300)}…` : text}</span>
  ) : (
    text
  );
}
