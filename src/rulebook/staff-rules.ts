import type { Tx } from '../kit/database.ts';
import type { Rule } from '../rules/index.ts';

/** A rule of the files that says otherwise than what staff have in force, which two people stood for. */
export type Overridden = {
  id: string;
  /** Where the file has it: `danbury/rules.yaml:12`. */
  at: string;
  /** What staff have in force. */
  state: Rule['value']['state'];
  says: string;
  approvedBy: string;
  approvedAt: string;
};

/** Of the records in force, those that staff made: who approved each, by rule. */
export async function staffRules(tx: Tx, current: ReadonlyMap<string, Rule>): Promise<Map<string, string>> {
  const { rows } = await tx.query<{ id: string; at: Date; by: string }>(
    `select r.id, r.recorded_at as at,
       coalesce((select coalesce(p.name, p.email) from private.person p where 'person:' || p.id = r.recorded_by), r.recorded_by) as by
     from released.rule r where r.recorded_by like 'person:%'`,
  );
  const stands = ({ id, at }: { id: string; at: Date }) =>
    Date.parse(current.get(id)?.recordedAt ?? '') === new Date(at).getTime();
  return new Map(rows.filter(stands).map(({ id, by }) => [id, by]));
}

/** For the operator, one rule a line. */
export const overriddenText = (all: readonly Overridden[]): string =>
  all
    .map(
      ({ id, at, state, says, approvedBy, approvedAt }) =>
        `${at}: ${id} says otherwise than what staff have in force (${state}: “${says}”; approved by ${approvedBy} on ${approvedAt.slice(0, 10)})`,
    )
    .join('\n');
