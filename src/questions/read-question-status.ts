import { type CaseFile, readCaseStatus } from '../cases/index.ts';
import type { Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission } from '../people/index.ts';
import { questionKind } from './question.ts';
import { type QuestionFacts, readFacts } from './question-facts.ts';

/** What the holder of the private link sees of his question. Errors: not-found. */
export async function readQuestionStatus(
  ctx: Ctx,
  input: { secret: string },
): Promise<{ file: CaseFile; question: QuestionFacts }> {
  checkPermission(ctx, 'open-a-private-link');
  const file = await readCaseStatus(ctx, input);
  if (file.kind !== questionKind)
    throw new Problem('not-found', 'This link opens no question. Copy it whole from your receipt.');
  return { file, question: await readFacts(ctx.app, file.id) };
}
