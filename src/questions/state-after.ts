import type { LockedCase } from '../cases/index.ts';
import { Problem } from '../kit/problem.ts';
import { afterDeed, type Deed, type QuestionState, questionKind } from './question.ts';

/** The state after a deed. Errors: too-late, where it cannot be done any more; not-found, where it is no question. */
export function stateAfter(on: LockedCase, deed: Deed): QuestionState {
  if (on.kind !== questionKind) throw new Problem('not-found', `There is no question ${on.number}.`);
  const state = afterDeed(on.state, deed);
  if (!state)
    throw new Problem('too-late', `This question is ${on.state}; nothing more can be done with it.`);
  return state;
}
