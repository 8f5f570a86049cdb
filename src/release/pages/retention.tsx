import {
  type ActionFunctionArgs,
  Link,
  type LoaderFunctionArgs,
  useActionData,
  useLoaderData,
  useSearchParams,
} from 'react-router';
import { loadStaffPage } from '../../page-context.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Section, Table } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { listCertificates } from '../retention/list-certificates.ts';
import { listRetention } from '../retention/list-retention.ts';
import { actOnRetention, type Refused } from '../retention/retention-form.ts';
import { retentionMessages } from '../retention/retention-messages.ts';
import { CertificateTable, Due, useSeriesName, WaitingLeave } from '../retention/retention-parts.tsx';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx }) => ({
    ...(await listRetention(ctx)),
    certificates: await listCertificates(ctx),
    asker: `person:${ctx.actor.personId}`,
  }));
}

export function action(args: ActionFunctionArgs) {
  return loadStaffPage(args, (page) => actOnRetention(page, `/${page.language}/staff/retention`));
}

export default function Retention() {
  const { series, without, waiting, certificates, asker } = useLoaderData<typeof loader>();
  const failed = useActionData<Refused>();
  const [query] = useSearchParams();
  const [language, say, seriesName] = [useLanguage(), useMessages(retentionMessages), useSeriesName()];
  const said = say[`done_${query.get('done')}` as keyof typeof say];
  const path = `/${language}/staff/retention`;
  return (
    <Page
      title={say.title}
      lead={say.lead}
      crumbs={[{ title: say.staff, to: `/${language}/staff` }, { title: say.title }]}
    >
      {failed?.error ? <Alert kind="error">{failed.error}</Alert> : null}
      {!failed?.error && typeof said === 'string' ? <Alert kind="success">{said}</Alert> : null}
      <p>
        <Link to={`/${language}/staff/holds`}>{say.holdsLink}</Link>
      </p>
      <Section title={say.waitingTitle} id="waiting">
        {waiting.length === 0 ? <p>{say.nothingWaits}</p> : null}
        {waiting.map((one) => (
          <WaitingLeave key={one.id} waiting={one} asker={asker} failed={failed} />
        ))}
      </Section>
      <Section title={say.seriesTitle} id="series">
        <Table
          caption={say.seriesTitle}
          captionHidden
          stacked
          empty={say.noSeries}
          columns={[
            { title: say.dataset },
            { title: say.rule },
            { title: say.dueBefore },
            { title: say.oldest },
            { title: say.leave },
            { title: say.holds, numeric: true },
          ]}
          rows={series.map((one) => ({
            key: `${one.dataset} ${one.series}`,
            cells: [
              <Link key="dataset" to={`${path}/${one.dataset}`}>
                {one.title}, {seriesName(one.series)}
              </Link>,
              <Link key="rule" to={`/${language}/rules/${one.ruleId}`}>
                {one.ruleId}
              </Link>,
              <Due key="due" series={one} />,
              one.oldest ? <Time key="oldest" at={one.oldest} day /> : '–',
              one.leaves.map(({ formNumber }) => formNumber).join('; ') || say.noLeave,
              one.holds,
            ],
          }))}
        />
        {series
          .filter(({ decideBefore }) => decideBefore)
          .map((one) => (
            <Alert key={`${one.dataset} ${one.series}`} kind="warning" title={say.decideTitle}>
              {one.title}, {seriesName(one.series)}.{' '}
              {say.decideText((one.standing.due?.day ?? one.decideBefore) as string)}
            </Alert>
          ))}
      </Section>
      <Section title={say.withoutTitle} id="without" intro={say.withoutLead}>
        <Table
          caption={say.withoutTitle}
          captionHidden
          stacked
          empty={say.withoutNone}
          columns={[{ title: say.dataset }, { title: say.office }]}
          rows={without.map(({ dataset, title, officeName }) => ({
            key: dataset,
            cells: [
              <Link key="dataset" to={`${path}/${dataset}`}>
                {title}
              </Link>,
              officeName ?? '–',
            ],
          }))}
        />
      </Section>
      <Section title={say.certificates} id="certificates">
        <CertificateTable certificates={certificates} />
      </Section>
    </Page>
  );
}
