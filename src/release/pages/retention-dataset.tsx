import {
  type ActionFunctionArgs,
  Form,
  Link,
  type LoaderFunctionArgs,
  useActionData,
  useLoaderData,
  useSearchParams,
} from 'react-router';
import { loadStaffPage } from '../../page-context.ts';
import { Button, Checkbox, Input } from '../../ui/form.tsx';
import { formatNumber } from '../../ui/format.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Facts, Section, Table } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { listCertificates } from '../retention/list-certificates.ts';
import { type ListedSeries, listRetention } from '../retention/list-retention.ts';
import { readSeriesChoices, type SeriesChoices } from '../retention/read-series-choices.ts';
import { actOnRetention, type Refused } from '../retention/retention-form.ts';
import { retentionMessages } from '../retention/retention-messages.ts';
import { CertificateTable, Due, useSeriesName, WaitingLeave } from '../retention/retention-parts.tsx';
import { ProposeForm, SetForm } from '../retention/series-forms.tsx';

/** How long a page counts before it says that there is too much. A default of the software; no law sets it. */
const countMs = 3_000;

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, params }) => {
    const dataset = params.slug ?? '';
    const choices = await readSeriesChoices(ctx, { dataset });
    const { series, waiting } = await listRetention(ctx, { dataset, count: true, most: countMs });
    const certificates = await listCertificates(ctx, { dataset });
    return { choices, series, waiting, certificates, asker: `person:${ctx.actor.personId}` };
  });
}

export function action(args: ActionFunctionArgs) {
  return loadStaffPage(args, (page) =>
    actOnRetention(page, `/${page.language}/staff/retention/${encodeURIComponent(page.params.slug ?? '')}`),
  );
}

export default function RetentionOfDataset() {
  const { choices, series, waiting, certificates, asker } = useLoaderData<typeof loader>();
  const failed = useActionData<Refused>();
  const [query] = useSearchParams();
  const [language, say] = [useLanguage(), useMessages(retentionMessages)];
  const said = say[`done_${query.get('done')}` as keyof typeof say];
  return (
    <Page
      title={choices.title}
      eyebrow={say.title}
      crumbs={[
        { title: say.staff, to: `/${language}/staff` },
        { title: say.title, to: `/${language}/staff/retention` },
        { title: choices.title },
      ]}
    >
      {failed?.error ? <Alert kind="error">{failed.error}</Alert> : null}
      {!failed?.error && typeof said === 'string' ? <Alert kind="success">{said}</Alert> : null}
      {waiting.map((one) => (
        <WaitingLeave key={one.id} waiting={one} asker={asker} failed={failed} />
      ))}
      {series.length === 0 ? (
        <Alert kind="info">
          {say.withoutLead} {choices.officeName ? say.ask(choices.officeName) : null}
        </Alert>
      ) : null}
      {series.map((one) => (
        <SeriesSection key={one.series} one={one} may={choices.may} />
      ))}
      <Section title={say.certificates} id="certificates">
        <CertificateTable certificates={certificates} />
      </Section>
      {choices.may.propose && waiting.length === 0 ? <ProposeForm series={series} failed={failed} /> : null}
      {choices.may.set ? <SetForm choices={choices} failed={failed} /> : null}
    </Page>
  );
}

function SeriesSection({ one, may }: { one: ListedSeries; may: SeriesChoices['may'] }) {
  const [language, say, seriesName] = [useLanguage(), useMessages(retentionMessages), useSeriesName()];
  const number = (value: number) => formatNumber(value, language);
  const ready = (one.months ?? []).reduce((sum, { destroyable }) => sum + destroyable, 0);
  const running = one.leaves.find((leave) => leave.running !== null)?.running ?? null;
  const { rule } = one.standing;
  return (
    <Section title={seriesName(one.series)} id={`series-${one.series.replace(/\W+/g, '-')}`}>
      {one.decideBefore ? (
        <Alert kind="warning" title={say.decideTitle}>
          {say.decideText((one.standing.due?.day ?? one.decideBefore) as string)}
        </Alert>
      ) : null}
      <Facts
        facts={[
          {
            term: say.rule,
            value: (
              <>
                <Link to={`/${language}/rules/${one.ruleId}`}>{one.ruleId}</Link>
                {rule ? `: ${rule.says[language]}` : null}
              </>
            ),
          },
          { term: say.duty, value: one.duty === 'must' ? say.orders : say.allows },
          { term: say.clock, value: one.clock === 'another' ? say.clock_another : say.clock_phenomenon },
          { term: say.dueBefore, value: <Due series={one} /> },
          {
            term: say.holds,
            value: <Link to={`/${language}/staff/holds?dataset=${one.dataset}`}>{number(one.holds)}</Link>,
          },
        ]}
      />
      {one.standing.due ? <DueTable one={one} /> : null}
      {running !== null ? <Alert kind="info">{say.running(number(running))}</Alert> : null}
      {ready > 0 && may.destroy && running === null ? (
        <Form method="post" reloadDocument className="usa-form">
          <h3>{say.destroyTitle}</h3>
          <p>{say.destroyText(number(ready))}</p>
          <input type="hidden" name="dataset" value={one.dataset} />
          <input type="hidden" name="series" value={one.series} />
          <Checkbox label={say.destroySure} name="sure" value="yes" />
          <Button name="do" value="destroy">
            {say.destroy}
          </Button>
        </Form>
      ) : null}
      {one.leaves.length > 0 ? <h3>{say.leaves}</h3> : null}
      {one.leaves.map((leave) => (
        <div key={leave.id} className="waiting">
          <p>
            {say.leaveText(leave.formNumber, leave.formDate, leave.proposedBy, leave.approvedBy)}. {say.until}
            : {leave.until ? <Time at={leave.until} day /> : say.always}.
          </p>
          {may.end ? (
            <Form method="post" reloadDocument className="usa-form">
              <input type="hidden" name="disposition" value={leave.id} />
              <Input label={say.endReason} name="reason" maxLength={1000} required />
              <Button name="do" value="end" kind="outline" aria-label={say.endLabel(leave.formNumber)}>
                {say.end}
              </Button>
            </Form>
          ) : null}
        </div>
      ))}
    </Section>
  );
}

function DueTable({ one }: { one: ListedSeries }) {
  const [language, say] = [useLanguage(), useMessages(retentionMessages)];
  if (one.months === null) return <p>{say.tooMany}</p>;
  const number = (value: number) => formatNumber(value, language);
  const cells = ({ due, held, destroyable }: { due: number; held: number; destroyable: number }) => [
    number(due),
    number(held),
    number(due - held - destroyable),
    number(destroyable),
  ];
  const sum = one.months.reduce(
    (total, month) => ({
      due: total.due + month.due,
      held: total.held + month.held,
      destroyable: total.destroyable + month.destroyable,
    }),
    { due: 0, held: 0, destroyable: 0 },
  );
  return (
    <Table
      caption={say.dueTitle}
      stacked
      empty={say.nothingDue}
      columns={[
        { title: say.month },
        { title: say.due, numeric: true },
        { title: say.kept, numeric: true },
        { title: say.unapproved, numeric: true },
        { title: say.ready, numeric: true },
      ]}
      rows={
        one.months.length === 0
          ? []
          : [
              ...one.months.map((month) => ({ key: month.month, cells: [month.month, ...cells(month)] })),
              { key: 'sum', cells: [<strong key="sum">{say.sum}</strong>, ...cells(sum)] },
            ]
      }
    />
  );
}
