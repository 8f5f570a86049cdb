import type { Queryable, Tx } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { hashSecret } from '../people/index.ts';
import { type LockedCase, lockCase } from './events.ts';

type Link = { kind: string; secret: string };

/** The number of the case of this kind that a private link opens; a form that is sent twice finds it, too. */
export async function numberByLink(db: Queryable, link: Link): Promise<string | undefined> {
  const { rows } = await db.query<{ number: string }>(
    'select number from private.case_record where link_hash = $1 and kind = $2',
    [hashSecret(link.secret), link.kind],
  );
  return rows[0]?.number;
}

/** Locks the case of this kind that a private link opens. Errors: not-found. */
export async function lockByLink(tx: Tx, link: Link): Promise<LockedCase> {
  const number = await numberByLink(tx, link);
  if (!number) throw new Problem('not-found', 'This link opens no case. Copy it whole from your receipt.');
  return lockCase(tx, number);
}
