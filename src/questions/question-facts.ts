import type { Queryable } from '../kit/database.ts';
import type { Language } from '../ui/language.ts';
import type { AnswerWay } from './question.ts';

/** What is asked and answered, as both sides see it. */
export type QuestionFacts = {
  rule: string | null;
  topic: string;
  aspect: string | null;
  place: string;
  placeName: string;
  question: string;
  language: Language;
  shareEmail: boolean;
  answer: string | null;
  answerHow: AnswerWay | null;
  /** 2026-11-25 */
  answerDay: string | null;
};

export async function readFacts(db: Queryable, caseId: string): Promise<QuestionFacts> {
  const { rows } = await db.query<QuestionFacts>(
    `select q.rule_id as rule, q.topic, q.aspect, q.place, p.name as "placeName", q.question, q.language,
       q.share_email as "shareEmail", q.answer, q.answer_how as "answerHow", q.answer_day::text as "answerDay"
     from private.question q join released.place p on p.slug = q.place where q.case_id = $1`,
    [caseId],
  );
  const found = rows[0];
  if (!found) throw new Error(`The question of case ${caseId} has lost its row: restore it from a backup.`);
  return found;
}
