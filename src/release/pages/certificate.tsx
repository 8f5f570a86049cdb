import { Link, type LoaderFunctionArgs, useLoaderData } from 'react-router';
import { loadStaffPage } from '../../page-context.ts';
import { formatNumber } from '../../ui/format.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Facts, Section, Table } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { certificateMessages } from '../retention/certificate-messages.ts';
import { readCertificate } from '../retention/read-certificate.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, ({ ctx, params }) => readCertificate(ctx, { number: params.number ?? '' }));
}

export default function CertificateOfDestruction() {
  const { number, hash, content } = useLoaderData<typeof loader>();
  const [language, say] = [useLanguage(), useMessages(certificateMessages)];
  const { rule, disposition } = content;
  const count = (value: number) => formatNumber(value, language);
  return (
    <Page
      title={say.title(number)}
      lead={say.lead}
      crumbs={[
        { title: say.staff, to: `/${language}/staff` },
        { title: say.retention, to: `/${language}/staff/retention` },
        { title: say.title(number) },
      ]}
    >
      {content.stopped ? <Alert kind="warning">{say.stopped}</Alert> : null}
      <Facts
        facts={[
          {
            term: say.dataset,
            value: <Link to={`/${language}/staff/retention/${content.dataset}`}>{content.title}</Link>,
          },
          { term: say.series, value: content.series === '*' ? say.whole : content.series },
          { term: say.readings, value: count(content.readings) },
          { term: say.held, value: count(content.held) },
          {
            term: say.measured,
            value:
              content.from && content.to ? (
                <>
                  <Time at={content.from} /> – <Time at={content.to} />
                </>
              ) : (
                '–'
              ),
          },
          { term: say.cutoff, value: <Time at={content.cutoff} /> },
          {
            term: say.rule,
            value: (
              <>
                <Link to={`/${language}/rules/${rule.id}`}>{rule.id}</Link>, {say.recorded}{' '}
                <Time at={rule.recordedAt} />: {rule.says[language]}
              </>
            ),
          },
          {
            term: say.text,
            value: rule.cite.map(({ instrument, locator }) => `${instrument}, ${locator}`).join('; '),
          },
          { term: say.form, value: `${disposition.form}, ${disposition.formDate}` },
          {
            term: say.approval,
            value: (
              <>
                {say.approvalText(disposition.proposal, disposition.proposedBy, disposition.approvedBy)},{' '}
                <Time at={disposition.approvedAt} />
              </>
            ),
          },
          { term: say.reason, value: disposition.reason },
          {
            term: say.holds,
            value: content.holds.map(({ id, source }) => say.holdText(id, source)).join('; ') || say.noHolds,
          },
          { term: say.takenFrom, value: <span lang="en">{content.takenFrom.join('; ')}</span> },
          { term: say.began, value: <Time at={content.startedAt} /> },
          { term: say.ended, value: <Time at={content.endedAt} /> },
          { term: say.software, value: content.software },
          {
            term: say.backups,
            value:
              content.backupsKeptDays === null ? (
                say.backupsUnknown
              ) : (
                <>
                  {say.backupsUntil}{' '}
                  <Time
                    at={new Date(
                      Date.parse(content.endedAt) + content.backupsKeptDays * 86_400_000,
                    ).toISOString()}
                    day
                  />
                </>
              ),
          },
          { term: say.idsHash, value: <code className="checksum">{content.sha256}</code> },
          {
            term: say.sealed,
            value: (
              <code className="checksum">
                {number}:{hash}
              </code>
            ),
          },
        ]}
      />
      <p className="quiet">
        {say.check} <span className="no-print">{say.print}</span>
      </p>
      <Section title={say.partsTitle} id="parts">
        <Table
          caption={say.partsTitle}
          captionHidden
          stacked
          empty="–"
          columns={[
            { title: say.datastream },
            { title: say.readings, numeric: true },
            { title: say.first },
            { title: say.last },
            { title: say.hash },
          ]}
          rows={content.parts.map((part) => ({
            key: part.datastream,
            cells: [
              part.datastream,
              count(part.readings),
              <Time key="from" at={part.from} />,
              <Time key="to" at={part.to} />,
              <code key="hash" className="checksum">
                {part.sha256}
              </code>,
            ],
          }))}
        />
      </Section>
    </Page>
  );
}
