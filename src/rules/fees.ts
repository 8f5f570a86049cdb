import { type Answer, closestCap, closestRule, type Question, type RuleBase } from './closest-rule.ts';
import { type Amount, limit, type MoneyRefusal, money, sum, times, waived } from './money.ts';
import type { MoneyValue, SpecifiedRule } from './rule.ts';

/** One line of a fee: so many pages, requests, hours … of a topic, with the rules that price it. Without `per`, each time. */
export type FeeItem = {
  topic: string;
  per?: NonNullable<MoneyValue['per']>;
  count: number;
  fee: Answer;
  cap: Answer;
};
export type FeeSchedule = { items: FeeItem[]; prepayment: Answer; waiver: Answer };
export type FeeLine = { topic: string; count: number; rule: SpecifiedRule<MoneyValue>; amount: Amount };
export type MissingFee = {
  topic: string;
  why:
    | 'no-rule'
    | 'not-specified'
    | 'unverified'
    | 'conflict'
    | 'doubtful'
    | 'other-unit'
    | 'not-a-count'
    | MoneyRefusal;
  rule?: string;
  ask: string[];
};
export type Fee =
  | {
      state: 'priced';
      amount: Amount;
      lines: FeeLine[];
      waiver: { rule: SpecifiedRule; reason: string } | null;
      /** `depends`: the sum may fall on either side. `unknown`: no specified rule says from when. */
      prepayment: 'may-be-asked' | 'may-not' | 'depends' | 'unknown';
    }
  | { state: 'unpriced'; missing: [MissingFee, ...MissingFee[]] };

/**
 * The rules for what is asked: the city's fee before the state's, whichever is nearest and specified. Prepayment and
 * waiver belong to `topic`, the fees to the items' own topics.
 */
export function feeSchedule(
  base: RuleBase,
  question: Omit<Question, 'aspect'>,
  items: readonly Pick<FeeItem, 'topic' | 'per' | 'count'>[],
): FeeSchedule {
  return {
    items: items.map((item) => ({
      ...item,
      fee: closestRule(base, { ...question, topic: item.topic, aspect: 'fee' }),
      cap: closestCap(base, { ...question, topic: item.topic }),
    })),
    prepayment: closestRule(base, { ...question, aspect: 'prepayment' }),
    waiver: closestRule(base, { ...question, aspect: 'waiver' }),
  };
}

/**
 * Prices a schedule. One item whose fee is a gap leaves the whole unpriced: a sum without it would look like the price.
 * `waive` gives the reason for letting the fee go; it takes a waiver that is specified, else the fee stays.
 */
export function priceFee(schedule: FeeSchedule, waive?: { reason: string }): Fee {
  const missing: MissingFee[] = [];
  const lines = schedule.items.flatMap((item) => priceItem(item, missing));
  const [gap, ...gaps] = missing;
  if (gap) return { state: 'unpriced', missing: [gap, ...gaps] };
  const [first, ...others] = lines;
  if (!first) return { state: 'unpriced', missing: [{ topic: '', why: 'no-rule', ask: [] }] };
  const { waiver } = schedule;
  if (waive && waive.reason.trim() !== '' && waiver.found === 'rule' && waiver.doubts.length === 0) {
    return {
      state: 'priced',
      amount: waived(waiver.rule.value),
      lines,
      waiver: { rule: waiver.rule, reason: waive.reason.trim() },
      prepayment: 'may-not',
    };
  }
  const amount = sum(first.amount, ...others.map((line) => line.amount));
  return {
    state: 'priced',
    amount,
    lines,
    waiver: null,
    prepayment: prepaymentOf(schedule.prepayment, amount),
  };
}

function priceItem({ topic, per, count, fee, cap }: FeeItem, missing: MissingFee[]): FeeLine[] {
  const refuse = (why: MissingFee['why'], rule?: string, ask: string[] = []): FeeLine[] => {
    missing.push({ topic, why, ...(rule === undefined ? {} : { rule }), ask });
    return [];
  };
  if (!Number.isSafeInteger(count) || count < 0) return refuse('not-a-count');
  if (fee.found === 'nothing') return refuse('no-rule');
  if (fee.found === 'gap')
    return refuse(
      fee.rule.value.state as Exclude<typeof fee.rule.value.state, 'specified'>,
      fee.rule.id,
      fee.ask,
    );
  const doubt = fee.doubts[0];
  if (doubt) return refuse('doubtful', doubt.id, doubt.value.state === 'specified' ? [] : doubt.value.ask);
  if (!isMoney(fee.rule) || fee.rule.value.value.per !== per)
    return refuse('other-unit', fee.rule.id, fee.rule.offices);
  const one = money(fee.rule.value);
  if (!one.ok) return refuse(one.why, fee.rule.id, fee.rule.offices);
  const top =
    cap.found === 'rule' && isMoney(cap.rule) && cap.rule.value.value.per === per
      ? money(cap.rule.value)
      : null;
  const each = top?.ok ? limit(one.amount, top.amount) : one.amount;
  return [{ topic, count, rule: fee.rule, amount: times(each, count) }];
}

/** `min` of the rule is the estimate from which the office may ask to be paid first. */
function prepaymentOf(
  answer: Answer,
  { least, most }: Amount,
): 'may-be-asked' | 'may-not' | 'depends' | 'unknown' {
  if (answer.found !== 'rule' || answer.doubts.length > 0 || !isMoney(answer.rule)) return 'unknown';
  const from = answer.rule.value.value.min;
  if (from === undefined) return 'unknown';
  if (most < from) return 'may-not';
  return least !== undefined && least >= from ? 'may-be-asked' : 'depends';
}

function isMoney(rule: SpecifiedRule): rule is SpecifiedRule<MoneyValue> {
  return rule.value.value.kind === 'money';
}
