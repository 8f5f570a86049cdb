import { readCase, type StaffCaseFile } from '../cases/index.ts';
import type { Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission } from '../people/index.ts';
import { readRulebook } from '../rulebook/index.ts';
import { type Bilingual, pagesOf } from '../rules/index.ts';
import type { Language } from '../ui/language.ts';
import { pageLine } from './ask-letter.ts';
import { questionKind } from './question.ts';
import { type QuestionFacts, readFacts } from './question-facts.ts';

/** A question with all that staff see of it, and the rule that it began from, as it stands today. Errors: signed-out, not-allowed, not-found. */
export async function readQuestion(
  ctx: Ctx,
  input: { number: string; language: Language },
): Promise<{
  file: StaffCaseFile;
  question: QuestionFacts;
  topicName: string;
  rule: { id: string; place: string; says: Bilingual; state: string; pages: string[] } | null;
}> {
  checkPermission(ctx, 'see-cases');
  const file = await readCase(ctx, input);
  if (file.kind !== questionKind) throw new Problem('not-found', `There is no question ${input.number}.`);
  const [question, book] = await Promise.all([readFacts(ctx.app, file.id), readRulebook(ctx)]);
  const rule = question.rule === null ? undefined : book.current.get(question.rule);
  return {
    file,
    question,
    topicName: book.topics.find(({ id }) => id === question.topic)?.name[input.language] ?? question.topic,
    rule: rule
      ? {
          id: rule.id,
          place: rule.place,
          says: rule.says,
          state: rule.value.state,
          pages: pagesOf(rule).map((page) => pageLine(page, input.language)),
        }
      : null,
  };
}
