import type { Queryable } from '../../kit/database.ts';
import type { Rule } from '../../rules/index.ts';
import type { LastLook } from './last-look.ts';

/** The last comparison of a record with its text. */
export type LastCheck = { day: string; result: string };

/** Gives the last comparison of each record. */
export async function readChecks(
  db: Queryable,
): Promise<(rule: Pick<Rule, 'id' | 'recordedAt'>) => LastCheck | undefined> {
  const { rows } = await db.query<LastCheck & { id: string; at: string }>(
    `select distinct on (rule_id, recorded_at) rule_id as id, recorded_at as at, result,
       to_char(checked_at at time zone 'UTC', 'YYYY-MM-DD') as day
     from private.rule_check order by rule_id, recorded_at, checked_at desc, id desc`,
  );
  const all = new Map(rows.map((check) => [`${check.id}@${Date.parse(check.at)}`, check]));
  return ({ id, recordedAt }) => all.get(`${id}@${Date.parse(recordedAt)}`);
}

/** Its text has not been looked at for so many months, or never. */
export function isAging(look: LastLook, now: Date, months: number): boolean {
  const due = new Date(now);
  due.setUTCMonth(due.getUTCMonth() - months);
  return look.day === null || look.day < due.toISOString().slice(0, 10);
}
