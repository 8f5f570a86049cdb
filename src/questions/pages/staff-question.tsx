import {
  type ActionFunctionArgs,
  data,
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
import { Speaking, useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert } from '../../ui/parts.tsx';
import { useQuestionWords } from '../case-words.tsx';
import { closeQuestion } from '../close-question.ts';
import { afterDeed } from '../question.ts';
import { questionCaseMessages } from '../question-messages.ts';
import { Answer, QuestionText } from '../question-parts.tsx';
import { readQuestion } from '../read-question.ts';
import { recordAnswer } from '../record-answer.ts';
import { routeQuestion } from '../route-question.ts';
import { AnswerForm, CloseForm, ProposeRule, RuleBehind } from '../staff-forms.tsx';
import { staffQuestionMessages } from '../staff-messages.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, language, params }) => {
    const found = await readQuestion(ctx, { number: params.number ?? '', language });
    const { kind, place, office, mayWork } = found.file;
    return {
      ...found,
      assignees: mayWork ? await listAssignees(ctx, { kind, place, office }) : null,
      editsRules: isPermitted(ctx, 'propose-rule', { place }),
      today: ctx.clock.now().toLocaleDateString('en-CA', { timeZone: found.file.timeZone }),
    };
  });
}

export function action(args: ActionFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, language, publicUrl, params, form }) => {
    const number = params.number ?? '';
    const fields = await form();
    const field = (name: string) => String(fields.get(name) ?? '').trim();
    const done = (what: string, to = 'question') =>
      redirect(
        to === 'queue' ? `/${language}/staff/cases` : `/${language}/staff/question/${number}?done=${what}`,
      );
    try {
      switch (field('do')) {
        case 'answer':
          await recordAnswer(ctx, {
            number,
            answer: field('answer'),
            how: field('how'),
            day: field('day'),
            publicUrl,
          });
          return done('answer');
        case 'close':
          await closeQuestion(ctx, { number, reason: field('reason'), publicUrl });
          return done('close');
        case 'assign': {
          const [office, assignee] = field('to').split('/');
          await routeQuestion(ctx, { number, office: office || null, assignee: assignee || null, publicUrl });
          return done('worked', (await maySee(number)) ? 'question' : 'queue');
        }
        default:
          await workFromForm(fields, ctx, number);
          return done('worked');
      }
    } catch (error) {
      if (!isProblem(error) || !['invalid', 'too-late', 'conflict'].includes(error.kind)) throw error;
      const words = questionCaseMessages[language];
      const wrong = words[`wrong_${String(error.details.field)}` as keyof typeof words];
      const said =
        error.kind === 'too-late'
          ? words.tooLate
          : typeof wrong === 'string'
            ? wrong
            : error.details.field === 'review'
              ? caseWords(language).wrong_review
              : caseWords(language).wrong;
      return data({ error: said, answer: field('answer'), reason: field('reason') }, { status: 400 });
    }

    /** Whoever gave a case to another office may be no longer in its way. */
    async function maySee(which: string): Promise<boolean> {
      return readQuestion(ctx, { number: which, language }).then(
        () => true,
        () => false,
      );
    }
  });
}

export default function StaffQuestion() {
  const { file, question, topicName, rule, assignees, editsRules, today } = useLoaderData<typeof loader>();
  const failed = useActionData<{ error: string; answer: string; reason: string }>();
  const [query] = useSearchParams();
  const [language, say] = [useLanguage(), useMessages(questionCaseMessages)];
  const [staff, words] = [useMessages(staffQuestionMessages), useQuestionWords()];
  const worked = caseWords(language).done_worked;
  const said = query.get('done') === 'worked' ? worked : say[`done_${query.get('done')}` as 'done_answer'];
  const may = (deed: 'answer' | 'close' | 'route') =>
    file.mayWork && afterDeed(file.state, deed) !== undefined;
  const document = (id: string) =>
    `/${language}/question/letter?${new URLSearchParams({ case: file.number, document: id })}`;
  return (
    <Speaking language={language} timeZone={file.timeZone}>
      <Page
        title={say.statusTitle(file.number)}
        crumbs={[
          { title: staff.staff, to: `/${language}/staff` },
          { title: staff.queue, to: `/${language}/staff/cases` },
          { title: file.number },
        ]}
      >
        {failed ? <Alert kind="error">{failed.error}</Alert> : null}
        {!failed && typeof said === 'string' ? <Alert kind="success">{said}</Alert> : null}
        <CaseFacts
          file={file}
          words={words}
          more={[
            { term: staff.about, value: topicName },
            { term: say.place, value: question.placeName },
            ...(question.answer === null
              ? [{ term: caseWords(language).day, value: <NoDeadline file={file} /> }]
              : []),
          ]}
        />
        <CaseDays file={file} words={words} />
        <QuestionText question={question} />
        <RuleBehind rule={rule} shareEmail={question.shareEmail} />
        <Answer question={question} open={afterDeed(file.state, 'remark') !== undefined} />
        {question.answer !== null && editsRules ? (
          <ProposeRule number={file.number} question={question} rule={rule} />
        ) : null}
        {may('answer') ? <AnswerForm question={question} today={today} typed={failed?.answer} /> : null}
        {may('close') ? <CloseForm answered={question.answer !== null} typed={failed?.reason} /> : null}
        <CaseDocuments file={file} hrefOf={document} />
        <CaseHistory file={file} words={words} />
        {file.mayWork && !file.closedAt ? <CaseReview file={file} /> : null}
        <CaseWork file={file} assignees={may('route') ? assignees : null} />
      </Page>
    </Speaking>
  );
}
