import type { Ctx } from '../../src/kit/context.ts';
import { withTransaction } from '../../src/kit/database.ts';
import { decideDisposition } from '../../src/release/retention/decide-disposition.ts';
import { proposeDisposition } from '../../src/release/retention/propose-disposition.ts';
import { setRetention } from '../../src/release/retention/set-retention.ts';
import { storeRule } from '../../src/rulebook/store-rule.ts';
import type { Rule, RuleValue, Sourced } from '../../src/rules/index.ts';
import { makeRule, specified } from './rules.ts';

/** A period of a retention rule; its number is made up for tests. */
export const period = (count: number, unit: 'calendar-day' | 'month' | 'year' | 'hour' = 'calendar-day') =>
  specified({ kind: 'period', count, unit, from: 'measuring', statutory: true });

/** Records a rule on retention, as of a minute ago. */
export async function recordRetentionRule(
  ctx: Ctx,
  id: string,
  value: Sourced<RuleValue>,
  rest: Partial<Rule> = {},
): Promise<Rule> {
  const rule = makeRule('oakton', id.split('.')[1] ?? 'sensor-data', 'retention', value, {
    id,
    recordedAt: new Date(ctx.clock.now().getTime() - 60_000).toISOString(),
    ...rest,
  });
  await withTransaction(ctx.app, (tx) => storeRule(tx, ctx, rule));
  return rule;
}

/** A rule for a series, and leave by two people for what lies before `until` (or, without, for all that falls due). */
export async function govern(
  by: { records: Ctx; approver: Ctx },
  given: {
    dataset: string;
    series?: string;
    rule: string;
    duty?: string;
    clock?: string;
    until?: string | null;
    leave?: boolean;
  },
): Promise<void> {
  const { dataset, series = '*', rule, duty = 'may', clock = 'phenomenon-time' } = given;
  await setRetention(by.records, {
    dataset,
    series,
    rule,
    duty,
    clock,
    reason: 'It is about these readings.',
  });
  if (given.leave === false) return;
  const proposal = await proposeDisposition(by.records, {
    dataset,
    series,
    until: given.until ?? '',
    standing: given.until === undefined || given.until === null,
    formNumber: 'RC-075 no. 7',
    formDate: '2026-09-01',
    reason: 'Due under the schedule.',
  });
  await decideDisposition(by.approver, {
    proposal: proposal.id,
    version: proposal.version,
    decision: 'approved',
    reason: '',
  });
}
