import { Link, type LoaderFunctionArgs, useLoaderData } from 'react-router';
import { loadStaffPage } from '../../page-context.ts';
import { formatDate } from '../../ui/format.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Table, Tag } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { caseMessages } from '../case-messages.ts';
import { listQueue } from '../list-queue.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, url }) => {
    const mine = url.searchParams.get('mine') === '1';
    const after = url.searchParams.get('after') ?? undefined;
    return { ...(await listQueue(ctx, { mine, after })), mine };
  });
}

export default function Queue() {
  const { cases, next, mine } = useLoaderData<typeof loader>();
  const [language, say] = [useLanguage(), useMessages(caseMessages)];
  const here = `/${language}/staff/cases`;
  return (
    <Page
      title={say.queueTitle}
      lead={say.queueLead}
      crumbs={[{ title: say.staff, to: `/${language}/staff` }, { title: say.queueTitle }]}
    >
      <p>{mine ? <Link to={here}>{say.all}</Link> : <Link to={`${here}?mine=1`}>{say.mine}</Link>}</p>
      <Table
        caption={say.queueTitle}
        captionHidden
        stacked
        empty={say.queueEmpty}
        columns={[
          { title: say.number },
          { title: say.title },
          { title: say.due },
          { title: say.office },
          { title: say.assignee },
        ]}
        rows={cases.map((row) => ({
          key: row.number,
          cells: [
            <Link key="number" to={`/${language}/staff/${row.kind}/${row.number}`}>
              {row.number}
            </Link>,
            <span key="title">
              {row.urgent ? <Tag tone="restricted">{say.urgent}</Tag> : null} {row.title}
            </span>,
            row.dueAt ? (
              <span key="due">
                {row.reviewDay ? (
                  <>
                    {formatDate(row.reviewDay, language)} <Tag>{say['review-date']}</Tag>
                  </>
                ) : (
                  <Time at={row.dueAt} />
                )}{' '}
                {row.overdue ? <Tag tone="restricted">{say.overdue}</Tag> : null}
              </span>
            ) : (
              say.noDue
            ),
            [row.placeName, row.officeName ?? say.noOffice].join(', '),
            row.assigneeName ?? say.nobody,
          ],
        }))}
      />
      {next ? (
        <p>
          <Link to={`${here}?${new URLSearchParams({ after: next, ...(mine ? { mine: '1' } : {}) })}`}>
            {say.more}
          </Link>
        </p>
      ) : null}
    </Page>
  );
}
