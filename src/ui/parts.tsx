import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useMessages } from './language-context.tsx';
import { messages } from './messages.ts';

/** Small pieces of the U.S. Web Design System, written as its markup so that nothing unused reaches a browser. */

export function Section({
  title,
  id,
  children,
  intro,
}: {
  title: string;
  id: string;
  children: ReactNode;
  intro?: ReactNode;
}) {
  return (
    <section aria-labelledby={id} className="page-section">
      <h2 id={id}>{title}</h2>
      {intro ? <p className="usa-intro-small">{intro}</p> : null}
      {children}
    </section>
  );
}

/**
 * A table that scrolls by itself when it is wider than the screen, and can be scrolled from the keyboard. `stacked`: on a
 * phone its cells stand below each other instead, each with the title of its column, so that no value is out of sight;
 * but for what is to be done (`act`), whose button says it.
 */
export function Table({
  caption,
  columns,
  rows,
  empty,
  captionHidden = false,
  stacked = false,
}: {
  caption: string;
  columns: { title: string; numeric?: boolean; act?: boolean }[];
  rows: { key: string; cells: ReactNode[] }[];
  empty?: ReactNode;
  captionHidden?: boolean;
  stacked?: boolean;
}) {
  if (rows.length === 0 && empty) return <p>{empty}</p>;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of one table is no set of form fields
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard [WCAG 2.1.1]
    <div className="usa-table-container--scrollable" role="group" tabIndex={0} aria-label={caption}>
      <table className={`usa-table usa-table--borderless data-table${stacked ? ' data-table--stacked' : ''}`}>
        <caption className={captionHidden ? 'usa-sr-only' : undefined}>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th scope="col" key={column.title} className={column.numeric ? 'numeric' : undefined}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              {row.cells.map((cell, index) => {
                const column = columns[index];
                const className = column?.numeric ? 'numeric' : undefined;
                return index === 0 ? (
                  <th scope="row" key={column?.title} className={className} data-label={column?.title}>
                    {cell}
                  </th>
                ) : (
                  <td
                    key={column?.title}
                    className={className}
                    data-label={column?.act ? undefined : column?.title}
                  >
                    {cell}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Facts as term and description; an absent description is shown as "not stated". */
export function Facts({ facts }: { facts: { term: string; value: ReactNode }[] }) {
  return (
    <dl className="facts">
      {facts.map(({ term, value }) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>
            {value === null || value === undefined || value === '' || value === false ? <NotStated /> : value}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A gap is shown as a gap. */
export function NotStated() {
  return <span className="not-stated">{useMessages(messages).notStated}</span>;
}

export function Tag({
  children,
  tone,
}: {
  children: ReactNode;
  tone?: 'open' | 'key' | 'agreement' | 'restricted' | 'elsewhere' | 'footage';
}) {
  const kind = tone === undefined || tone === 'elsewhere' ? 'plain' : tone === 'open' ? 'open' : 'restricted';
  return <span className={`usa-tag tag-${kind}`}>{children}</span>;
}

export function Alert({
  kind,
  title,
  children,
}: {
  kind: 'info' | 'warning' | 'error' | 'success';
  title?: string;
  children: ReactNode;
}) {
  const kinds = {
    info: 'usa-alert usa-alert--info',
    warning: 'usa-alert usa-alert--warning',
    error: 'usa-alert usa-alert--error',
    success: 'usa-alert usa-alert--success',
  };
  return (
    <div className={kinds[kind]} role={kind === 'error' ? 'alert' : undefined}>
      <div className="usa-alert__body">
        {title ? <p className="usa-alert__heading">{title}</p> : null}
        <div className="usa-alert__text">{children}</div>
      </div>
    </div>
  );
}

export function Cards({ children }: { children: ReactNode }) {
  return <ul className="usa-card-group card-grid">{children}</ul>;
}

export function Card({
  title,
  to,
  children,
  footer,
}: {
  title: string;
  to?: string;
  children: ReactNode;
  footer?: ReactNode;
}) {
  return (
    <li className="usa-card">
      <div className="usa-card__container">
        <div className="usa-card__header">
          <h3 className="usa-card__heading">{to ? <Link to={to}>{title}</Link> : title}</h3>
        </div>
        <div className="usa-card__body">{children}</div>
        {footer ? <div className="usa-card__footer">{footer}</div> : null}
      </div>
    </li>
  );
}

/** Program text or an address to copy; scrolls by itself. */
export function Code({ children, label }: { children: string; label: string }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of one example is no set of form fields
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard [WCAG 2.1.1]
    <div className="code" role="group" tabIndex={0} aria-label={label}>
      <pre>
        <code>{children}</code>
      </pre>
    </div>
  );
}

/** Structured data for search engines. It is data, not a script; still no text in it may end the element. */
export function JsonLd({ children }: { children: Record<string, unknown> }) {
  const json = JSON.stringify(children).replaceAll('<', '\\u003c');
  // biome-ignore lint/security/noDangerouslySetInnerHtml: JSON with every “<” escaped
  return <script type="application/ld+json" dangerouslySetInnerHTML={{ __html: json }} />;
}
