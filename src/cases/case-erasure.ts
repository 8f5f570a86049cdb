import type { JsonObject } from '../kit/chain.ts';
import type { Tx } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import type { LockedCase } from './events.ts';

/**
 * An erasure takes away what a closed case says, whole: the contents of its events, its documents, notes and people, and
 * what its feature keeps of them. The envelopes stay and verify. A records officer proposes it under a disposition, another
 * person approves; what happens in the case meanwhile makes it another question.
 */
export const caseErasure = 'case-erasure';

/** What an approval is about: the case as its chain stands. Errors: conflict, while it is open or when it is erased. */
export async function readErasable(tx: Tx, on: LockedCase): Promise<JsonObject> {
  const { rows } = await tx.query<{ events: string; head: string; erased: boolean }>(
    `select c.event_number::text as events, encode(c.event_hash, 'hex') as head,
       exists (select from private.case_erasure e where e.case_id = c.id) as erased
     from private.case_record c where c.id = $1`,
    [on.id],
  );
  const found = rows[0] as { events: string; head: string; erased: boolean };
  if (!on.closedAt)
    throw new Problem('conflict', 'Only what a closed case says can be erased. Close the case first.');
  if (found.erased) throw new Problem('conflict', 'What this case said has been erased already.');
  return { case: on.number, events: found.events, head: found.head };
}
