import { listOwnCases, type OwnCase } from '../cases/index.ts';
import type { Ctx } from '../kit/context.ts';
import { checkPermission } from '../people/index.ts';
import { readRulebook } from '../rulebook/index.ts';
import { closestRule, type Day, placeChain } from '../rules/index.ts';
import type { Language } from '../ui/language.ts';
import { questionKind } from './question.ts';
import { type QuestionFacts, readFacts } from './question-facts.ts';

export type OwnQuestions = {
  /** What the file to take along holds. */
  cases: (OwnCase & { asked: QuestionFacts | null })[];
  /** What is on file about keeping such records, by the rules of their places; `howLong` where one says how long. */
  keeping: { id: string; says: string; state: string; howLong: boolean }[];
};

/** Where rules say how long records are kept, and how they are destroyed. Only the first may name a time for all records. */
const subjects = [
  ['records-retention', 'retention'],
  ['legal-hold', 'retention'],
  ['destruction', 'retention'],
  ['destruction', 'permit'],
] as const;

/**
 * What the person who is signed in asked offices, with all that is kept of it for a party to see, and what rules say of
 * how long it is kept. Errors: signed-out.
 */
export async function listOwnQuestions(ctx: Ctx, input: { language: Language }): Promise<OwnQuestions> {
  checkPermission(ctx, 'own-account');
  const cases = await listOwnCases(ctx);
  const book = await readRulebook(ctx);
  const now = ctx.clock.now().toISOString();
  const lawDay: Day = now.slice(0, 10);
  const keeping = new Map<string, OwnQuestions['keeping'][number]>();
  for (const place of new Set(cases.map((one) => one.place)))
    for (const [topic, aspect] of subjects) {
      const places = placeChain(book.places, place);
      const answer = closestRule(book, { topic, aspect, places, lawDay, knownAt: now });
      if (answer.found === 'nothing') continue;
      const { id, says, value } = answer.rule;
      keeping.set(id, {
        id,
        says: says[input.language],
        state: value.state,
        howLong:
          topic === 'records-retention' && value.state === 'specified' && value.value.kind === 'period',
      });
    }
  const facts = await Promise.all(
    cases.map((one) => (one.kind === questionKind ? readFacts(ctx.app, one.id) : null)),
  );
  return {
    cases: cases.map((one, index) => ({ ...one, asked: facts[index] ?? null })),
    keeping: [...keeping.values()],
  };
}
