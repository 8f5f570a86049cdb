/**
 * A question to an office: somebody asks which rule applies. It is *sent* until the office's answer is recorded
 * (*answered*; a later answer corrects it), and then *closed*. An office that gives no answer closes it with a reason;
 * who asked may withdraw it (*withdrawn*) while it waits. No source gives an office a day to answer, so there is none.
 * Safe for the browser.
 */
export const questionKind = 'question';
/** In the case's number: DAN-ASK-2026-00012. */
export const questionLetters = 'ASK';

export const questionStates = ['sent', 'answered', 'closed', 'withdrawn'] as const;
export type QuestionState = (typeof questionStates)[number];
export const deeds = ['route', 'answer', 'close', 'withdraw', 'remark'] as const;
export type Deed = (typeof deeds)[number];

const transitions: Record<QuestionState, Partial<Record<Deed, QuestionState>>> = {
  sent: { route: 'sent', answer: 'answered', close: 'closed', withdraw: 'withdrawn', remark: 'sent' },
  answered: { answer: 'answered', close: 'closed', remark: 'answered' },
  closed: {},
  withdrawn: {},
};

/** The state after a deed; undefined where it cannot be done. */
export function afterDeed(state: string, deed: Deed): QuestionState | undefined {
  return isQuestionState(state) ? transitions[state][deed] : undefined;
}

export function isQuestionState(state: string): state is QuestionState {
  return questionStates.some((each) => each === state);
}

/** Nothing follows in these. */
export const isEnd = (state: QuestionState): boolean => Object.keys(transitions[state]).length === 0;

/** How an answer came. */
export const answerWays = ['here', 'mail', 'paper', 'phone', 'in-person'] as const;
export type AnswerWay = (typeof answerWays)[number];

/** How long the texts may be, in characters. */
export const longest = { question: 2000, name: 120, answer: 5000, reason: 1000 };

export type Asked = {
  /** The gap that it began from. */
  rule?: string | undefined;
  place: string;
  topic: string;
  aspect?: string | undefined;
  question: string;
  office: string;
  name: string;
  email: string;
  /** The letter to the office names the mail address. */
  shareEmail: boolean;
  language: string;
};
