import { Form, Link } from 'react-router';
import { Button, Input, Select, Textarea } from '../ui/form.tsx';
import { useLanguage, useMessages } from '../ui/language-context.tsx';
import { Section } from '../ui/parts.tsx';
import { answerWays, longest } from './question.ts';
import type { QuestionFacts } from './question-facts.ts';
import { questionCaseMessages, questionMessages } from './question-messages.ts';
import { staffQuestionMessages } from './staff-messages.ts';

/** The rule or gap that the question began from, as it stands today. */
export function RuleBehind({
  rule,
  shareEmail,
}: {
  rule: { id: string; says: { en: string; es: string }; state: string; pages: string[] } | null;
  shareEmail: boolean;
}) {
  const [language, say] = [useLanguage(), useMessages(staffQuestionMessages)];
  const found = useMessages(questionMessages);
  return (
    <Section title={say.ruleTitle} id="rule">
      {rule ? (
        <>
          <p>
            <strong>{found[`found_${rule.state}` as 'found_unverified']}.</strong> {rule.says[language]}
          </p>
          <ul className="usa-list">
            {rule.pages.map((page) => (
              <li key={page}>{page}</li>
            ))}
          </ul>
          <p className="quiet">{rule.id}</p>
        </>
      ) : (
        <p>{say.noRule}</p>
      )}
      {shareEmail ? <p>{say.shareYes}</p> : null}
    </Section>
  );
}

export function AnswerForm({
  question,
  today,
  typed,
}: {
  question: QuestionFacts;
  today: string;
  typed: string | undefined;
}) {
  const [say, words] = [useMessages(staffQuestionMessages), useMessages(questionCaseMessages)];
  return (
    <Section
      title={question.answer === null ? say.answerTitle : say.correctTitle}
      id="record"
      intro={say.answerText}
    >
      <Form method="post" reloadDocument className="usa-form ask-form">
        <Textarea
          label={say.answer}
          hint={say.answerHint}
          name="answer"
          required
          rows={6}
          maxLength={longest.answer}
          defaultValue={typed || question.answer || ''}
        />
        <Select
          label={say.how}
          name="how"
          defaultValue={question.answerHow ?? 'here'}
          options={answerWays.map((way) => ({ value: way, label: words[`way_${way}`] }))}
        />
        <Input
          label={say.day}
          name="day"
          type="date"
          required
          max={today}
          defaultValue={question.answerDay ?? today}
        />
        <Button name="do" value="answer">
          {say.record}
        </Button>
      </Form>
    </Section>
  );
}

export function CloseForm({ answered, typed }: { answered: boolean; typed: string | undefined }) {
  const say = useMessages(staffQuestionMessages);
  return (
    <Section title={say.closeTitle} id="close" intro={answered ? say.closeAnswered : say.closeText}>
      <Form method="post" reloadDocument className="usa-form ask-form">
        <Textarea
          label={answered ? say.reasonOptional : say.reason}
          name="reason"
          required={!answered}
          rows={3}
          maxLength={longest.reason}
          defaultValue={typed}
        />
        <Button name="do" value="close" kind="outline">
          {say.close}
        </Button>
      </Form>
    </Section>
  );
}

// An address holds only so much; the whole answer stands on the case.
const mostInAddress = 1500;

/** For rule editors: the answer as the beginning of a rule. A city's rule supersedes the city's gap, never the state's. */
export function ProposeRule({
  number,
  question,
  rule,
}: {
  number: string;
  question: QuestionFacts;
  rule: { id: string; place: string } | null;
}) {
  const [language, say] = [useLanguage(), useMessages(staffQuestionMessages)];
  const { topic, aspect, answer } = question;
  const own = rule && !/^[A-Z]{2}$/.test(rule.place) ? rule : null;
  const query = new URLSearchParams({
    place: own?.place ?? question.place,
    topic,
    ...(aspect ? { aspect } : {}),
    ...(own ? { supersedes: own.id } : {}),
    case: number,
    answer: (answer ?? '').slice(0, mostInAddress),
    way: question.answerHow ?? '',
  });
  return (
    <Section title={say.proposeTitle} id="propose">
      <p>{say.proposeText}</p>
      <p>
        <Link className="usa-button" to={`/${language}/staff/rules/new?${query}`}>
          {say.propose}
        </Link>
      </p>
    </Section>
  );
}
