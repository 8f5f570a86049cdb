import {
  type ActionFunctionArgs,
  data,
  Form,
  Link,
  type LoaderFunctionArgs,
  redirect,
  useActionData,
  useLoaderData,
  useSearchParams,
} from 'react-router';
import { listAssignees, workFromForm } from '../../cases/index.ts';
import {
  CaseDays,
  CaseDocuments,
  CaseFacts,
  CaseHistory,
  CaseReview,
  CaseWork,
  caseWords,
  NoDeadline,
} from '../../cases/view.tsx';
import { isProblem } from '../../kit/problem.ts';
import { loadStaffPage } from '../../page-context.ts';
import { isPermitted } from '../../people/index.ts';
import { Button, Select, Textarea } from '../../ui/form.tsx';
import { formatDate } from '../../ui/format.ts';
import { Speaking, useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Section } from '../../ui/parts.tsx';
import { answerReport } from '../answer-report.ts';
import { breachMessages } from '../breach-messages.ts';
import { readReport } from '../read-report.ts';
import { longest, outcomes } from '../report.ts';
import { reportMessages } from '../report-messages.ts';
import { ReportText, useReportWords } from '../report-parts.tsx';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, params }) => {
    const found = await readReport(ctx, { number: params.number ?? '' });
    const { kind, place, office, mayWork } = found.file;
    return {
      ...found,
      mayTakeDown: isPermitted(ctx, 'take-down', { place, office }),
      assignees: mayWork ? await listAssignees(ctx, { kind, place, office }) : null,
    };
  });
}

export function action(args: ActionFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, language, publicUrl, params, form }) => {
    const number = params.number ?? '';
    const fields = await form();
    const field = (name: string) => String(fields.get(name) ?? '').trim();
    try {
      if (field('do') === 'answer') {
        await answerReport(ctx, {
          number,
          outcome: field('outcome'),
          reply: field('reply'),
          version: field('version'),
          publicUrl,
        });
        return redirect(`/${language}/staff/report/${number}?done=answer`);
      }
      await workFromForm(fields, ctx, number);
      // Whoever gave a case to another office may be no longer in its way.
      const stays = await readReport(ctx, { number }).then(
        () => true,
        () => false,
      );
      return redirect(stays ? `/${language}/staff/report/${number}?done=worked` : `/${language}/staff/cases`);
    } catch (error) {
      if (!isProblem(error) || !['invalid', 'too-late', 'conflict'].includes(error.kind)) throw error;
      const words = reportMessages[language];
      const wrong = words[`wrong_${String(error.details.field)}` as keyof typeof words];
      const said =
        error.kind === 'too-late'
          ? words.tooLate
          : typeof wrong === 'string'
            ? wrong
            : error.details.field === 'review'
              ? caseWords(language).wrong_review
              : caseWords(language).wrong;
      return data({ error: said, reply: field('reply'), outcome: field('outcome') }, { status: 400 });
    }
  });
}

export default function StaffReport() {
  const { file, report, versions, assignees, mayTakeDown } = useLoaderData<typeof loader>();
  const failed = useActionData<{ error: string; reply: string; outcome: string }>();
  const [query] = useSearchParams();
  const breach = useMessages(breachMessages);
  const [language, say, words] = [useLanguage(), useMessages(reportMessages), useReportWords()];
  const said = { worked: caseWords(language).done_worked, answer: say.done_answer }[query.get('done') ?? ''];
  const works = file.mayWork && !file.closedAt;
  const document = (id: string) =>
    `/${language}/report/letter?${new URLSearchParams({ case: file.number, document: id })}`;
  return (
    <Speaking language={language} timeZone={file.timeZone}>
      <Page
        title={say.statusTitle(file.number)}
        crumbs={[
          { title: say.staff, to: `/${language}/staff` },
          { title: say.queue, to: `/${language}/staff/cases` },
          { title: file.number },
        ]}
      >
        {failed ? <Alert kind="error">{failed.error}</Alert> : null}
        {!failed && said ? <Alert kind="success">{said}</Alert> : null}
        <CaseFacts
          file={file}
          words={words}
          more={file.closedAt ? [] : [{ term: caseWords(language).day, value: <NoDeadline file={file} /> }]}
        />
        <CaseDays file={file} words={words} />
        {report.what === 'not-public' && report.dataset && mayTakeDown ? (
          <Alert kind="warning" title={say.urgentTitle}>
            <Link to={`/${language}/staff/datasets/${report.dataset}/take-down?cause=personal-data`}>
              {breach.takeTitle}
            </Link>
          </Alert>
        ) : null}
        <ReportText report={report} />
        {report.dataset ? (
          <p>
            <Link to={`/${language}/staff/datasets/${report.dataset}`}>{say.managed}</Link>
          </p>
        ) : null}
        {works ? (
          <Section title={say.recordTitle} id="record" intro={say.recordText}>
            <Form method="post" reloadDocument className="usa-form ask-form">
              <Select
                label={say.outcome}
                name="outcome"
                defaultValue={failed?.outcome ?? 'reply'}
                options={outcomes.map((value) => ({ value, label: say[`outcome_${value}`] }))}
              />
              <Textarea
                label={say.reply}
                name="reply"
                required
                rows={5}
                maxLength={longest.reply}
                defaultValue={failed?.reply}
              />
              {versions.length > 0 ? (
                <Select
                  label={say.version}
                  name="version"
                  defaultValue=""
                  options={[
                    { value: '', label: say.versionNone },
                    ...versions.map(({ number, at }) => ({
                      value: String(number),
                      label: say.versionOf(number, formatDate(at.slice(0, 10), language)),
                    })),
                  ]}
                />
              ) : null}
              <Button name="do" value="answer">
                {say.record}
              </Button>
            </Form>
          </Section>
        ) : null}
        <CaseDocuments file={file} hrefOf={document} />
        <CaseHistory file={file} words={words} />
        {works ? <CaseReview file={file} /> : null}
        <CaseWork file={file} assignees={works ? assignees : null} />
      </Page>
    </Speaking>
  );
}
