import type { CaseWords } from '../cases/view.tsx';
import { useMessages } from '../ui/language-context.tsx';
import { questionCaseMessages } from './question-messages.ts';

/** How a question's states and events read. */
export function useQuestionWords(): CaseWords {
  const say = useMessages(questionCaseMessages);
  const word = (key: string): string | undefined => {
    const found = say[key as keyof typeof say];
    return typeof found === 'string' ? found : undefined;
  };
  return {
    state: (state) => word(`state_${state}`) ?? state,
    event: (kind) => word(kind),
    said: (_kind, content) => {
      const text = content.question ?? content.remark ?? content.answer ?? content.reason;
      const office = typeof content.office === 'string' ? <p className="quiet">{content.office}</p> : null;
      return (
        <>
          {typeof text === 'string' ? <p className="said">{text}</p> : null}
          {office}
        </>
      );
    },
  };
}
