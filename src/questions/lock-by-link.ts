import { type LockedCase, lockCase } from '../cases/index.ts';
import type { Tx } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { hashSecret } from '../people/index.ts';
import { afterDeed, type Deed, type QuestionState, questionKind } from './question.ts';

/** Locks the question that a private link opens. Errors: not-found. */
export async function lockByLink(tx: Tx, secret: string): Promise<LockedCase> {
  const { rows } = await tx.query<{ number: string }>(
    'select number from private.case_record where link_hash = $1 and kind = $2',
    [hashSecret(secret), questionKind],
  );
  const number = rows[0]?.number;
  if (!number)
    throw new Problem('not-found', 'This link opens no question. Copy it whole from your receipt.');
  return lockCase(tx, number);
}

/** The state after a deed. Errors: too-late, where it cannot be done any more; not-found, where it is no question. */
export function stateAfter(on: LockedCase, deed: Deed): QuestionState {
  if (on.kind !== questionKind) throw new Problem('not-found', `There is no question ${on.number}.`);
  const state = afterDeed(on.state, deed);
  if (!state)
    throw new Problem('too-late', `This question is ${on.state}; nothing more can be done with it.`);
  return state;
}
