import {
  type ActionFunctionArgs,
  data,
  Form,
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
import { Button, Checkbox } from '../../ui/form.tsx';
import { Speaking, useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Section } from '../../ui/parts.tsx';
import { useQuestionWords } from '../case-words.tsx';
import { afterDeed, questionKind } from '../question.ts';
import { questionCaseMessages } from '../question-messages.ts';
import { Answer, QuestionText } from '../question-parts.tsx';
import { readQuestionStatus } from '../read-question-status.ts';
import { withdrawQuestion } from '../withdraw-question.ts';

export const headers = privateHeaders;

/**
 * What the private link opens, and the receipt right after sending. The secret stays in the address: unlike a link that
 * signs in, this one is to be kept, and a bookmark is how people keep a link.
 */
export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, language, publicUrl, url }) => {
    const secret = url.searchParams.get('link') ?? '';
    const found = await readQuestionStatus(ctx, { secret });
    return {
      ...found,
      secret,
      link: `${publicUrl}/${language}/question?link=${secret}`,
      sent: url.searchParams.get('sent'),
      done: url.searchParams.get('done'),
    };
  });
}

export function action(args: ActionFunctionArgs) {
  return loadPage(args, async ({ ctx, language, url, from, form }) => {
    const fields = await form();
    const secret = url.searchParams.get('link') ?? '';
    const words = questionCaseMessages[language];
    const remark = String(fields.get('remark') ?? '');
    const failed = (error: string, status: number) => data({ error, remark }, { status });
    try {
      if (fields.get('do') === 'withdraw') {
        if (fields.get('sure') !== 'yes') return failed(words.wrong_sure, 400);
        await withdrawQuestion(ctx, { secret });
        return redirect(`/${language}/question?link=${secret}&done=withdrawn`);
      }
      await addRemark(ctx, { kind: questionKind, secret, remark, from });
      return redirect(`/${language}/question?link=${secret}&done=remark`);
    } catch (error) {
      if (!isProblem(error)) throw error;
      if (error.kind === 'invalid') return failed(caseWords(language).wrong_remark, 400);
      if (error.kind === 'too-late') return failed(words.tooLate, 410);
      if (error.kind === 'too-many') {
        const minutes = Math.ceil(Number(error.details.retryAfter) / 60);
        return failed(caseWords(language).tooMany(minutes), 429);
      }
      throw error;
    }
  });
}

export default function QuestionStatus() {
  const { file, question, secret, link, sent, done } = useLoaderData<typeof loader>();
  const failed = useActionData<{ error: string; remark: string }>();
  const [language, say] = [useLanguage(), useMessages(questionCaseMessages)];
  const words = useQuestionWords();
  const title = sent ? say.receiptTitle : say.statusTitle(file.number);
  const said = say[`done_${done}` as 'done_remark'];
  const document = (id: string) =>
    `/${language}/question/letter?${new URLSearchParams({ link: secret, document: id })}`;
  const open = afterDeed(file.state, 'remark');
  return (
    <Speaking language={language} timeZone={file.timeZone}>
      <meta name="robots" content="noindex, nofollow" />
      <Page
        title={title}
        lead={sent ? file.number : undefined}
        crumbs={[{ title: say.statusTitle(file.number) }]}
      >
        {failed ? <Alert kind="error">{failed.error}</Alert> : null}
        {!failed && typeof said === 'string' ? <Alert kind="success">{said}</Alert> : null}
        <KeepLink link={link} sent={sent} />
        <CaseFacts
          file={file}
          words={words}
          more={[
            { term: say.place, value: question.placeName },
            ...(open && question.answer === null
              ? [{ term: caseWords(language).day, value: <NoDeadline file={file} /> }]
              : []),
          ]}
        />
        <QuestionText question={question} />
        <Answer question={question} open={Boolean(open)} />
        {open && question.answer === null ? (
          <Section title={say.nextTitle} id="next">
            <ol className="usa-list">
              <li>{say.next1(file.officeName ?? file.placeName)}</li>
              <li>{say.next2}</li>
              <li>{say.next3}</li>
            </ol>
          </Section>
        ) : null}
        <CaseDocuments file={file} hrefOf={document} />
        <CaseHistory file={file} words={words} />
        {open ? (
          <Deeds withdrawable={Boolean(afterDeed(file.state, 'withdraw'))} remark={failed?.remark} />
        ) : null}
      </Page>
    </Speaking>
  );
}

/** A link that lost its end on the way is the common mistake here; a search in the catalog would not help. */
export function ErrorBoundary() {
  const error = useRouteError();
  const [language, say] = [useLanguage(), useMessages(questionCaseMessages)];
  const status = isRouteErrorResponse(error) ? error.status : 500;
  if (status !== 404) return <ErrorPage status={status} />;
  return (
    <Page title={say.linkTitle} lead={say.linkText}>
      <meta name="robots" content="noindex, nofollow" />
      <Link className="usa-button" to={`/${language}/ask`}>
        {say.askAgain}
      </Link>
    </Page>
  );
}

function Deeds({ withdrawable, remark }: { withdrawable: boolean; remark: string | undefined }) {
  const say = useMessages(questionCaseMessages);
  return (
    <PartyDeeds remark={remark}>
      {withdrawable ? (
        <Form method="post" reloadDocument className="usa-form no-print">
          <Checkbox label={say.withdrawSure} name="sure" value="yes" />
          <Button name="do" value="withdraw" kind="outline">
            {say.withdraw}
          </Button>
        </Form>
      ) : null}
    </PartyDeeds>
  );
}
