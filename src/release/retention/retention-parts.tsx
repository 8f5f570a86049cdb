import { Form, Link } from 'react-router';
import { Button, Checkbox, Input } from '../../ui/form.tsx';
import { formatNumber } from '../../ui/format.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Facts, Table } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import type { ListedCertificate } from './list-certificates.ts';
import type { ListedSeries, WaitingDisposition } from './list-retention.ts';
import type { Refused } from './retention-form.ts';
import { retentionMessages } from './retention-messages.ts';

/** What a series is called: the dataset as a whole, or one column of it. */
export function useSeriesName() {
  const say = useMessages(retentionMessages);
  return (series: string) => (series === '*' ? say.wholeDataset : say.column(series.replace(/^result:/, '')));
}

/** Up to where a series is due, or why it never is and whom to ask. */
export function Due({ series: { standing } }: { series: ListedSeries }) {
  const say = useMessages(retentionMessages);
  if (standing.due) return <Time at={standing.due.at} day={standing.due.day !== null} />;
  const why = say[`why_${standing.why.replaceAll('-', '_')}` as keyof typeof say];
  return (
    <>
      <strong>{say.never}</strong>: {typeof why === 'string' ? why : standing.why}.
      {standing.askNames.length > 0 ? ` ${say.ask(standing.askNames.join(', '))}.` : null}
    </>
  );
}

/** Leave that waits: what it is about, who asks, and the buttons of whoever may decide. */
export function WaitingLeave({
  waiting,
  asker,
  failed,
}: {
  waiting: WaitingDisposition;
  asker: string;
  failed: Refused | undefined;
}) {
  const [language, say, seriesName] = [useLanguage(), useMessages(retentionMessages), useSeriesName()];
  const { before, after } = waiting.content as unknown as {
    before: { dataset: string; series: string; rule: string; recordedAt: string; says: string; duty: string };
    after: { until: string | null; formNumber: string; formDate: string };
  };
  const refused = failed?.values.proposal === waiting.id ? failed : undefined;
  return (
    <article className="waiting" aria-labelledby={`leave-${waiting.id}`}>
      <h3 id={`leave-${waiting.id}`}>{say.asks(before.dataset, seriesName(before.series))}</h3>
      <Facts
        facts={[
          {
            term: say.askedBy,
            value: (
              <>
                {waiting.proposer}, <Time at={waiting.proposedAt} />
              </>
            ),
          },
          { term: say.reason, value: waiting.reason },
          {
            term: say.rule,
            value: (
              <>
                <Link to={`/${language}/rules/${before.rule}`}>{before.rule}</Link>,{' '}
                {before.duty === 'must' ? say.orders : say.allows}; {say.recorded}{' '}
                <Time at={before.recordedAt} />
              </>
            ),
          },
          { term: say.until, value: after.until ? <Time at={after.until} day /> : say.always },
          { term: say.form, value: `${after.formNumber}, ${after.formDate}` },
          {
            term: say.dueTitle,
            value: <Link to={`/${language}/staff/retention/${before.dataset}`}>{before.dataset}</Link>,
          },
        ]}
      />
      {waiting.proposedBy === asker ? (
        <Form method="post" reloadDocument>
          <p>{say.own}</p>
          <input type="hidden" name="proposal" value={waiting.id} />
          <Button name="do" value="withdraw" kind="outline" aria-label={say.withdrawLabel(before.dataset)}>
            {say.withdraw}
          </Button>
        </Form>
      ) : waiting.mayDecide ? (
        <Form method="post" reloadDocument className="usa-form">
          <input type="hidden" name="proposal" value={waiting.id} />
          <input type="hidden" name="version" value={waiting.version} />
          <Checkbox label={say.sure} name="sure" value="yes" />
          <Input
            label={say.declineReason}
            name="reason"
            maxLength={1000}
            error={refused?.field === 'reason' ? refused.error : undefined}
          />
          <Button name="do" value="approve" aria-label={say.approveLabel(before.dataset)}>
            {say.approve}
          </Button>
          <Button name="do" value="decline" kind="outline" aria-label={say.declineLabel(before.dataset)}>
            {say.decline}
          </Button>
        </Form>
      ) : null}
    </article>
  );
}

export function CertificateTable({ certificates }: { certificates: ListedCertificate[] }) {
  const [language, say, seriesName] = [useLanguage(), useMessages(retentionMessages), useSeriesName()];
  return (
    <Table
      caption={say.certificates}
      captionHidden
      stacked
      empty={say.noCertificates}
      columns={[
        { title: say.certificates },
        { title: say.dataset },
        { title: say.when },
        { title: say.readings, numeric: true },
        { title: say.heldBack, numeric: true },
      ]}
      rows={certificates.map((one) => ({
        key: one.number,
        cells: [
          <Link key="number" to={`/${language}/staff/certificates/${one.number}`}>
            {say.certificate(one.number)}
          </Link>,
          `${one.title}, ${seriesName(one.series)}`,
          <Time key="at" at={one.at} />,
          formatNumber(one.readings, language),
          formatNumber(one.held, language),
        ],
      }))}
    />
  );
}
