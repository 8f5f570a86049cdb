import { formatDate } from '../ui/format.ts';
import { useLanguage, useMessages } from '../ui/language-context.tsx';
import { Section } from '../ui/parts.tsx';
import type { QuestionFacts } from './question-facts.ts';
import { questionCaseMessages } from './question-messages.ts';

export function QuestionText({ question }: { question: QuestionFacts }) {
  const say = useMessages(questionCaseMessages);
  return (
    <Section title={say.question} id="asked">
      <p className="said">{question.question}</p>
    </Section>
  );
}

export function Answer({ question, open }: { question: QuestionFacts; open: boolean }) {
  const { answer, answerHow, answerDay } = question;
  const [language, say] = [useLanguage(), useMessages(questionCaseMessages)];
  return (
    <Section title={say.answerTitle} id="answer">
      {answer === null || !answerHow || !answerDay ? (
        <p>{open ? say.noAnswer : say.noAnswerComes}</p>
      ) : (
        <>
          <p className="said">{answer}</p>
          <p className="quiet">{say.answered(say[`way_${answerHow}`], formatDate(answerDay, language))}</p>
        </>
      )}
    </Section>
  );
}
