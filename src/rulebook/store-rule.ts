import type { Ctx } from '../kit/context.ts';
import type { Tx } from '../kit/database.ts';
import { nameOf } from '../people/index.ts';
import type { Rule } from '../rules/index.ts';

/** When the next record is made: now, and after every other, for they supersede each other in this order. */
export function nextMoment(rules: readonly Rule[], now: Date): string {
  const newest = Math.max(...rules.map(({ recordedAt }) => Date.parse(recordedAt) + 1), now.getTime());
  return new Date(newest).toISOString();
}

/** Puts a record into the rulebook; the caller has judged the whole base and bumps its version. */
export async function storeRule(tx: Tx, ctx: Ctx, rule: Rule): Promise<void> {
  await tx.query('insert into released.rule (id, recorded_at, body, recorded_by) values ($1, $2, $3, $4)', [
    rule.id,
    rule.recordedAt,
    JSON.stringify(rule),
    nameOf(ctx.actor),
  ]);
}
