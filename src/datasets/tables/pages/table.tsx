import { Link, type LoaderFunctionArgs, useLoaderData, useLocation } from 'react-router';
import { Problem } from '../../../kit/problem.ts';
import { loadPage } from '../../../page-context.ts';
import { formatNumber } from '../../../ui/format.ts';
import { Speaking, useLanguage, useMessages } from '../../../ui/language-context.tsx';
import { Pagination } from '../../../ui/navigation.tsx';
import { Page } from '../../../ui/page.tsx';
import { Section, Table } from '../../../ui/parts.tsx';
import { messages } from '../../messages.ts';
import { readDataset } from '../../read-dataset.ts';
import { FilterForm } from '../filter-form.tsx';
import { readTableRows } from '../read-table-rows.ts';
import '../tables.css';
import { RowTable } from '../row-table.tsx';
import { parseTableQuery, sameRows } from '../table-address.ts';
import { tableMessages } from '../table-messages.ts';

const rowsOnPage = 50;
/** Further down a filter serves better than turning pages. */
const mostPages = 200;
const columnsAtFirst = 20;

export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, language, params, url }) => {
    const page = Number(url.searchParams.get('page') || '1');
    if (!Number.isInteger(page) || page < 1 || page > mostPages)
      throw new Problem(
        'invalid',
        `“page” in the address is wrong: it is a whole number from 1 to ${mostPages}.`,
      );
    const of = { dataset: params.slug ?? '' };
    const query = parseTableQuery(url.searchParams);
    const found = await readTableRows(ctx, {
      of,
      form: 'texts',
      ...query,
      limit: rowsOnPage,
      offset: (page - 1) * rowsOnPage,
    });
    const { dataset } = await readDataset(ctx, { slug: of.dataset, language, sensorsPage: 1 });
    const all = url.searchParams.get('columns') === 'all';
    const columns = all ? found.table.columns : found.table.columns.slice(0, columnsAtFirst);
    const rows = (JSON.parse(`[${found.body}]`) as (string | null)[][]).map((row) =>
      row.slice(0, columns.length + 1),
    );
    return {
      dataset: { title: dataset.title, slug: dataset.slug, place: dataset.place },
      rows,
      columns,
      allColumns: found.table.columns,
      zone: found.table.zone,
      total: found.total ?? 0,
      page,
    };
  });
}

export default function TablePage() {
  const { dataset, rows, columns, allColumns, zone, total, page } = useLoaderData<typeof loader>();
  const [language, say, words] = [useLanguage(), useMessages(tableMessages), useMessages(messages)];
  const query = new URLSearchParams(useLocation().search);
  const here = `/${language}/datasets/${dataset.slug}/table`;
  const to = (change: Record<string, string>) => {
    const next = new URLSearchParams(query);
    for (const [name, value] of Object.entries(change)) next.set(name, value);
    if (!('page' in change)) next.delete('page');
    return `${here}?${next}`;
  };
  const same = sameRows(query);
  const pages = Math.ceil(total / rowsOnPage);
  return (
    <Speaking language={language} timeZone={zone}>
      <Page
        title={say.titleOf(dataset.title)}
        lead={say.lead}
        crumbs={[
          { title: words.catalogTitle, to: `/${language}/catalog` },
          { title: dataset.title, to: `/${language}/datasets/${dataset.slug}` },
          { title: say.table },
        ]}
      >
        <FilterForm action={here} columns={columns} query={query} />
        <p aria-live="polite">
          <strong>{say.rows(total, formatNumber(total, language))}</strong>
          {[...same].length > 0 ? (
            <>
              {' · '}
              <Link to={here}>{say.clear}</Link>
            </>
          ) : null}
          {columns.length < allColumns.length ? (
            <>
              {' · '}
              {say.columnsHidden(columns.length, allColumns.length)}{' '}
              <Link to={to({ columns: 'all' })}>{say.allColumns}</Link>
            </>
          ) : null}
        </p>
        <RowTable
          caption={say.titleOf(dataset.title)}
          columns={columns}
          rows={rows}
          sort={query.get('sort') ?? ''}
          hrefOf={(sort) => to({ sort })}
        />
        <Pagination
          page={page}
          pages={Math.min(pages, mostPages)}
          hrefOf={(number) => to({ page: String(number) })}
        />
        {pages > mostPages ? <p className="quiet">{say.deep}</p> : null}
        <Section title={say.download} id="download">
          <ul className="usa-list">
            {(['csv', 'jsonl'] as const).map((format) => (
              <li key={format}>
                <a href={`/datasets/${dataset.slug}/table.${format}?${same}`} download>
                  {say[format]}
                </a>
              </li>
            ))}
          </ul>
        </Section>
        <Section title={say.columns} id="columns">
          <Table
            caption={say.columns}
            captionHidden
            stacked
            columns={[{ title: say.column }, { title: say.type }, { title: say.released }]}
            rows={allColumns.map(({ position, name, type, treated }) => ({
              key: String(position),
              cells: [
                <span key="name" lang="en">
                  {name}
                </span>,
                say[`type_${type}`],
                treated ? (say[`treated_${treated}` as 'treated_mask'] ?? treated) : say.asUploaded,
              ],
            }))}
          />
        </Section>
        <p>
          <Link to={`/${language}/datasets/${dataset.slug}`}>{say.toDataset}</Link>
        </p>
      </Page>
    </Speaking>
  );
}
