import type { Ctx } from '../kit/context.ts';
import type { Tx } from '../kit/database.ts';
import type { LockedCase } from './events.ts';

/** Somebody a case concerns, in the role that the feature names; all but the role and the language may be unknown. */
export type Party = {
  role: string;
  personId?: string | null;
  name?: string | null;
  email?: string | null;
  address?: string | null;
  language: string;
};

/** Opening a case puts them in (`open-case.ts`); later, an event of the same transaction must follow, and seals it. */
export async function addParty(tx: Tx, ctx: Ctx, on: LockedCase, party: Party): Promise<void> {
  await tx.query(
    `insert into private.case_party (case_id, role, person_id, name, email, address, language, added_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      on.id,
      party.role,
      party.personId ?? null,
      party.name ?? null,
      party.email ?? null,
      party.address ?? null,
      party.language,
      ctx.clock.now(),
    ],
  );
}

export async function listParties(tx: Pick<Tx, 'query'>, caseId: string): Promise<Required<Party>[]> {
  const { rows } = await tx.query<Required<Party>>(
    `select role, person_id::text as "personId", name, email, address, language
     from private.case_party where case_id = $1 order by id`,
    [caseId],
  );
  return rows;
}
