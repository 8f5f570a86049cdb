import { Link, useNavigation } from 'react-router';
import { formatNumber } from './format.ts';
import { useLanguage, useMessages } from './language-context.tsx';
import { messages } from './messages.ts';
import { pageNumbers } from './page-numbers.ts';

/** The way from the first page to here; the last crumb is this page. */
export function Breadcrumbs({ crumbs }: { crumbs: { title: string; to?: string }[] }) {
  const [language, say] = [useLanguage(), useMessages(messages)];
  const way = [{ title: say.home, to: `/${language}` }, ...crumbs];
  return (
    <nav className="usa-breadcrumb usa-breadcrumb--wrap" aria-label={say.breadcrumbs}>
      <ol className="usa-breadcrumb__list">
        {way.map((crumb, index) => {
          const last = index === way.length - 1;
          return (
            <li
              key={crumb.title + (crumb.to ?? '')}
              className={last ? 'usa-breadcrumb__list-item usa-current' : 'usa-breadcrumb__list-item'}
              aria-current={last ? 'page' : undefined}
            >
              {crumb.to && !last ? (
                <Link className="usa-breadcrumb__link" to={crumb.to}>
                  <span>{crumb.title}</span>
                </Link>
              ) : (
                <span>{crumb.title}</span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

/** `hrefOf` makes the address of a page; pages count from 1. Nothing is shown for a single page. */
export function Pagination({
  page,
  pages,
  hrefOf,
}: {
  page: number;
  pages: number;
  hrefOf: (page: number) => string;
}) {
  const [language, say] = [useLanguage(), useMessages(messages)];
  if (pages <= 1) return null;
  return (
    <nav aria-label={say.pages} className="usa-pagination">
      <ul className="usa-pagination__list">
        {page > 1 ? (
          <li className="usa-pagination__item usa-pagination__arrow">
            <Link
              to={hrefOf(page - 1)}
              className="usa-pagination__link usa-pagination__previous-page"
              rel="prev"
            >
              <span className="usa-pagination__link-text">‹ {say.previous}</span>
            </Link>
          </li>
        ) : null}
        {pageNumbers(page, pages).map((number, index, all) =>
          number === 0 ? (
            <li
              // An ellipsis stands once on each side of the current page.
              key={`gap-after-${all[index - 1]}`}
              className="usa-pagination__item usa-pagination__overflow"
              aria-hidden="true"
            >
              <span>…</span>
            </li>
          ) : (
            <li key={number} className="usa-pagination__item usa-pagination__page-no">
              <Link
                to={hrefOf(number)}
                className={number === page ? 'usa-pagination__button usa-current' : 'usa-pagination__button'}
                aria-label={say.page(number)}
                aria-current={number === page ? 'page' : undefined}
              >
                {formatNumber(number, language)}
              </Link>
            </li>
          ),
        )}
        {page < pages ? (
          <li className="usa-pagination__item usa-pagination__arrow">
            <Link to={hrefOf(page + 1)} className="usa-pagination__link usa-pagination__next-page" rel="next">
              <span className="usa-pagination__link-text">{say.next} ›</span>
            </Link>
          </li>
        ) : null}
      </ul>
    </nav>
  );
}

/** Links to the parts of a long page. */
export function OnThisPage({ parts }: { parts: { id: string; title: string }[] }) {
  const say = useMessages(messages);
  return (
    <nav aria-label={say.onThisPage} className="on-this-page">
      <p>{say.onThisPage}</p>
      <ul>
        {parts.map((part) => (
          <li key={part.id}>
            <a href={`#${part.id}`}>{part.title}</a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Shows, and says to screen readers, that the next page is on its way. */
export function Progress() {
  const say = useMessages(messages);
  const busy = useNavigation().state !== 'idle';
  return (
    <div className="progress" role="status" data-busy={busy || undefined}>
      <span className="usa-sr-only">{busy ? say.loading : ''}</span>
    </div>
  );
}
