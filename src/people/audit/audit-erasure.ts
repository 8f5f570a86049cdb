import type { Tx } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { mostErasedAtOnce } from '../person-defaults.ts';
import { checkNumber, placeOfEvent } from './audit-filter.ts';

/**
 * An erasure takes away what events said, under a disposition that two people stand for: proposed by a records officer,
 * approved by another person. The events stay and verify. The proposal names the events with the commitments to what
 * they said, never what they said; an event of its own says which were erased and why, and is never erased itself.
 */
export const erasureKind = 'audit-erasure';

/** Numbers as people write them: “12, 15-17”. Sorted, each once. Errors: invalid. */
export function parseNumbers(text: string): string[] {
  const found = new Set<bigint>();
  for (const part of text.split(/[\s,;]+/).filter(Boolean)) {
    const [first = '', last = first, ...more] = part.split(/[-–]/);
    const [from, to] = [first, last].map((each) => BigInt(checkNumber('numbers', each))) as [bigint, bigint];
    if (more.length > 0 || to < from)
      throw new Problem('invalid', `numbers: “${part}” is no range. Write it as 15-17.`);
    for (let number = from; number <= to && found.size <= mostErasedAtOnce; number += 1n) found.add(number);
  }
  if (found.size === 0) throw new Problem('invalid', 'numbers: name at least one event.');
  if (found.size > mostErasedAtOnce)
    throw new Problem('invalid', `numbers: name at most ${mostErasedAtOnce} events at once.`);
  return [...found].sort((a, b) => (a < b ? -1 : 1)).map(String);
}

/**
 * What these events commit to, by number, of those whose content is still there; and their places. Errors: not-found,
 * when one was never recorded; conflict, when one's content is gone or must stay.
 */
export async function readErasable(
  tx: Tx,
  numbers: readonly string[],
): Promise<{ commitments: Record<string, string>; places: (string | null)[] }> {
  const { rows } = await tx.query<{
    number: string;
    kind: string;
    commitment: string;
    there: boolean;
    place: string | null;
  }>(
    `select e.number::text, e.kind, encode(e.commitment, 'hex') as commitment, c.number is not null as there,
       ${placeOfEvent} as place
     from private.audit_event e left join private.audit_content c using (number)
     where e.number = any($1::bigint[]) order by e.number`,
    [numbers],
  );
  const absent = numbers.find((number) => !rows.some((row) => row.number === number));
  if (absent)
    throw new Problem('not-found', `There is no event ${absent} in the audit log.`, {
      details: { number: absent },
    });
  const gone = rows.find(({ there }) => !there);
  if (gone)
    throw new Problem('conflict', `What event ${gone.number} said is erased already. Leave it out.`, {
      details: { number: gone.number },
    });
  const bound = rows.find(({ kind }) => kind === 'audit-content-erased');
  if (bound)
    throw new Problem(
      'conflict',
      `Event ${bound.number} tells of an erasure, and must go on telling of it.`,
      {
        details: { number: bound.number },
      },
    );
  return {
    commitments: Object.fromEntries(rows.map(({ number, commitment }) => [number, commitment])),
    places: [...new Set(rows.map(({ place }) => place))],
  };
}
