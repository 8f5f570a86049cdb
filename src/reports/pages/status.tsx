import {
  type ActionFunctionArgs,
  data,
  isRouteErrorResponse,
  Link,
  type LoaderFunctionArgs,
  redirect,
  useActionData,
  useLoaderData,
  useRouteError,
} from 'react-router';
import { addRemark, privateHeaders } from '../../cases/index.ts';
import {
  CaseDocuments,
  CaseFacts,
  CaseHistory,
  caseWords,
  KeepLink,
  NoDeadline,
  PartyDeeds,
} from '../../cases/view.tsx';
import { isProblem } from '../../kit/problem.ts';
import { loadPage } from '../../page-context.ts';
import { ErrorPage } from '../../ui/error-page.tsx';
import { Speaking, useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Section } from '../../ui/parts.tsx';
import { readReportStatus } from '../read-report-status.ts';
import { reportKind } from '../report.ts';
import { reportMessages } from '../report-messages.ts';
import { ReportText, useReportWords } from '../report-parts.tsx';

export const headers = privateHeaders;

/** What the private link opens, and the receipt right after sending; the secret stays in the address, to be kept. */
export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, language, publicUrl, url }) => {
    const secret = url.searchParams.get('link') ?? '';
    return {
      ...(await readReportStatus(ctx, { secret })),
      secret,
      link: `${publicUrl}/${language}/report?link=${secret}`,
      sent: url.searchParams.get('sent'),
      done: url.searchParams.get('done'),
    };
  });
}

export function action(args: ActionFunctionArgs) {
  return loadPage(args, async ({ ctx, language, url, from, form }) => {
    const secret = url.searchParams.get('link') ?? '';
    const remark = String((await form()).get('remark') ?? '');
    const failed = (error: string, status: number) => data({ error, remark }, { status });
    try {
      await addRemark(ctx, { kind: reportKind, secret, remark, from });
      return redirect(`/${language}/report?link=${secret}&done=remark`);
    } catch (error) {
      if (!isProblem(error)) throw error;
      const words = caseWords(language);
      if (error.kind === 'invalid') return failed(words.wrong_remark, 400);
      if (error.kind === 'too-late') return failed(reportMessages[language].tooLate, 410);
      if (error.kind === 'too-many')
        return failed(words.tooMany(Math.ceil(Number(error.details.retryAfter) / 60)), 429);
      throw error;
    }
  });
}

export default function ReportStatus() {
  const { file, report, secret, link, sent, done } = useLoaderData<typeof loader>();
  const failed = useActionData<{ error: string; remark: string }>();
  const [language, say] = [useLanguage(), useMessages(reportMessages)];
  const words = useReportWords();
  const open = !file.closedAt;
  const document = (id: string) =>
    `/${language}/report/letter?${new URLSearchParams({ link: secret, document: id })}`;
  return (
    <Speaking language={language} timeZone={file.timeZone}>
      <meta name="robots" content="noindex, nofollow" />
      <Page
        title={sent ? say.receiptTitle : say.statusTitle(file.number)}
        lead={sent ? file.number : undefined}
        crumbs={[{ title: say.statusTitle(file.number) }]}
      >
        {failed ? <Alert kind="error">{failed.error}</Alert> : null}
        {!failed && done === 'remark' ? <Alert kind="success">{say.done_remark}</Alert> : null}
        <KeepLink link={link} sent={sent} />
        <CaseFacts
          file={file}
          words={words}
          more={open ? [{ term: caseWords(language).day, value: <NoDeadline file={file} /> }] : []}
        />
        <ReportText report={report} />
        {open ? (
          <Section title={say.nextTitle} id="next">
            <ol className="usa-list">
              <li>{say.next1(file.officeName ?? file.placeName)}</li>
              <li>{say.next2}</li>
            </ol>
          </Section>
        ) : null}
        <CaseDocuments file={file} hrefOf={document} />
        <CaseHistory file={file} words={words} />
        {open ? <PartyDeeds remark={failed?.remark} /> : null}
      </Page>
    </Speaking>
  );
}

/** A link that lost its end on the way is the common mistake here. */
export function ErrorBoundary() {
  const error = useRouteError();
  const [language, say] = [useLanguage(), useMessages(reportMessages)];
  const status = isRouteErrorResponse(error) ? error.status : 500;
  if (status !== 404) return <ErrorPage status={status} />;
  return (
    <Page title={say.linkTitle} lead={say.linkText}>
      <meta name="robots" content="noindex, nofollow" />
      <Link className="usa-button" to={`/${language}/catalog`}>
        {say.again}
      </Link>
    </Page>
  );
}
