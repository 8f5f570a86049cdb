import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { daysBetween } from './calendar.ts';
import { type Answer, closestCap, closestRule, type Question, type RuleBase } from './closest-rule.ts';
import { type Amount, limit, type MoneyRefusal, money, sum, times } from './money.ts';
import type { MoneyValue, PeriodValue, SpecifiedRule } from './rule.ts';
import { type Day, day } from './sourced.ts';

/** The rungs of a topic's penalties, each with its own source, by the law of the day of the offense. */
export const rungs = ['fine', 'fine-repeat', 'fine-continuing', 'fine-daily', 'look-back'] as const;
export type Rung = (typeof rungs)[number];
export type Ladder = Record<Rung, Answer>;

export function penaltyLadder(
  base: RuleBase,
  question: Omit<Question, 'aspect'>,
): { ladder: Ladder; cap: Answer } {
  const ask = (aspect: Rung) => closestRule(base, { ...question, aspect });
  const ladder = Object.fromEntries(rungs.map((rung) => [rung, ask(rung)])) as Ladder;
  return { ladder, cap: closestCap(base, question) };
}

export const offense = z
  .strictObject({
    day,
    /** Days of earlier offenses of the same kind that were decided. */
    earlier: z.array(day).max(1000).default([]),
    /** The last day on which it was seen to go on. */
    continuedUntil: day.optional(),
    /** The day it was put right; that day no longer counts. */
    curedOn: day.optional(),
    /** Days, both included, on which the daily fine stands still; without an end, until further notice. */
    stays: z
      .array(z.strictObject({ from: day, to: day.optional() }))
      .max(100)
      .default([]),
  })
  .superRefine(({ day, curedOn, continuedUntil, stays }, context) => {
    const wrong = (path: PropertyKey[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    if (curedOn !== undefined && curedOn < day) wrong(['curedOn'], `lies before the offense of ${day}`);
    if (continuedUntil !== undefined && continuedUntil < day)
      wrong(['continuedUntil'], `lies before the offense of ${day}`);
    for (const [index, { from, to }] of stays.entries())
      if (to !== undefined && to < from) wrong(['stays', index, 'to'], `lies before its first day ${from}`);
  });
export type Offense = z.input<typeof offense>;

export type Line = { rung: Rung; rule: SpecifiedRule; days: number; amount: Amount };
export type Missing = {
  rung: Rung | 'cap';
  why:
    | 'no-rule'
    | 'not-specified'
    | 'unverified'
    | 'conflict'
    | 'doubtful'
    | 'wrong-kind'
    | 'other-place'
    | 'two-daily-fines'
    | MoneyRefusal;
  rule?: string;
  ask: string[];
};
export type PricedPenalty = {
  state: 'priced';
  amount: Amount;
  lines: Line[];
  /** The which-th offense it is, and the earlier days that count within the look-back period. */
  nth: number;
  counted: Day[];
  /** Days after the first on which it went on: all, and those that a stay takes out. */
  furtherDays: number;
  stayedDays: number;
  cap: { rule: SpecifiedRule; most: number; bites: boolean } | null;
};
export type Penalty =
  | PricedPenalty
  | { state: 'unpriced'; missing: [Missing, ...Missing[]] }
  | { state: 'invalid'; faults: string[] };

/**
 * Prices an offense from the rungs that it needs: the fine, or for a repeat the look-back and the fine for repeats; for
 * one that goes on, the daily or continuing fine; and the cap. If one of them is a gap, or stands under a nearer record
 * that is in doubt, there is no price: the missing rungs say whom to ask.
 */
export function pricePenalty(ladder: Ladder, input: Offense, cap: Answer): Penalty {
  const parsed = offense.safeParse(input);
  if (!parsed.success)
    return { state: 'invalid', faults: parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`) };
  const { day: first, earlier } = parsed.data;
  const missing: Missing[] = [];
  const { further, stayed } = furtherDays(parsed.data);

  const before = earlier.filter((day) => day < first);
  const since = before.length > 0 ? lookBackStart(ladder['look-back'], first, missing) : first;
  const counted = before.filter((day) => since !== undefined && day >= since).toSorted();
  const nth = counted.length + 1;

  const lines: Line[] = [];
  const addLine = (rung: Rung, days: (value: MoneyValue) => number) => {
    const rule = need(rung, ladder[rung], 'money', missing);
    if (!rule) return undefined;
    const one = money(rule.value, nth);
    if (one.ok) lines.push({ rung, rule, days: days(rule.value.value), amount: one.amount });
    else missing.push({ rung, why: one.why, rule: rule.id, ask: rule.offices });
    return rule;
  };
  // Where the fine itself is by the day, each further day costs the same again.
  const base = addLine(nth > 1 ? 'fine-repeat' : 'fine', ({ per }) => (per === 'day' ? 1 + further : 1));
  const byDay = base?.value.value.per === 'day';
  if (further > 0) {
    const named = (['fine-daily', 'fine-continuing'] as const).filter(
      (rung) => ladder[rung].found !== 'nothing',
    );
    if (!byDay && named.length === 0) missing.push(gapOf('fine-daily', ladder['fine-daily']));
    for (const rung of named) {
      if (byDay) missing.push({ ...gapOf(rung, ladder[rung]), why: 'two-daily-fines' });
      else addLine(rung, () => (rung === 'fine-daily' ? further : 1));
    }
  }

  const places = new Set(lines.map(({ rule }) => rule.place));
  // A city's first fine and the state's daily fine are two laws; to add them up would make a third.
  for (const { rung, rule } of places.size > 1 ? lines.slice(1) : [])
    if (rule.place !== lines[0]?.rule.place)
      missing.push({ rung, why: 'other-place', rule: rule.id, ask: rule.offices });
  const limitRule = capRule(cap, lines, missing);

  const [one, ...others] = missing;
  if (one) return { state: 'unpriced', missing: [one, ...others] };
  const limited = applyCap(lines, limitRule, 1 + further);
  if (!limited) return { state: 'unpriced', missing: [gapOf('cap', cap)] };
  return { state: 'priced', ...limited, nth, counted, furtherDays: further + stayed, stayedDays: stayed };
}

function lookBackStart(answer: Answer, first: Day, missing: Missing[]): Day | undefined {
  const rule = need('look-back', answer, 'period', missing);
  if (!rule) return undefined;
  const { count, unit } = rule.value.value;
  const part = ({ 'calendar-day': 'days', month: 'months', year: 'years' } as Record<string, string>)[unit];
  if (!part) {
    missing.push({ rung: 'look-back', why: 'wrong-kind', rule: rule.id, ask: rule.offices });
    return undefined;
  }
  return Temporal.PlainDate.from(first)
    .subtract({ [part]: count })
    .toString();
}

// The state's own fine needs no limit on cities; one that is recorded holds all the same, also as a gap.
function capRule(cap: Answer, lines: Line[], missing: Missing[]): SpecifiedRule<MoneyValue> | undefined {
  const state = cap.chain.at(-1)?.place;
  if (cap.found === 'nothing' && lines.length > 0 && lines.every(({ rule }) => rule.place === state))
    return undefined;
  return need('cap', cap, 'money', missing);
}

/** A cap by the day limits each day, and so the sum of the days; any other limits the whole sum. */
function applyCap(
  lines: Line[],
  rule: SpecifiedRule<MoneyValue> | undefined,
  days: number,
): Pick<PricedPenalty, 'amount' | 'lines' | 'cap'> | undefined {
  const most = rule ? money(rule.value) : undefined;
  if (most && !most.ok) return undefined;
  const one = most?.amount;
  const limited = lines.map((line) => ({
    ...line,
    amount: times(one ? limit(line.amount, one) : line.amount, line.days),
  }));
  const [first, ...others] = limited;
  if (!first) return undefined;
  const whole = sum(first.amount, ...others.map(({ amount }) => amount));
  if (!rule || !one) return { amount: whole, lines: limited, cap: null };
  const top = rule.value.value.per === 'day' ? times(one, days) : one;
  const amount = limit(whole, top);
  const uncapped = lines.reduce((total, line) => total + line.amount.most * line.days, 0);
  return { amount, lines: limited, cap: { rule, most: top.most, bites: amount.most < uncapped } };
}

/** Days are counted from the day of the offense, which is 0 and belongs to the fine itself. */
function furtherDays({ day, continuedUntil, curedOn, stays }: z.output<typeof offense>): {
  further: number;
  stayed: number;
} {
  const after = (other: Day) => daysBetween(day, other);
  const end = Math.min(after(continuedUntil ?? day), curedOn ? after(curedOn) - 1 : Number.POSITIVE_INFINITY);
  const all = Math.max(0, end);
  let stayed = 0;
  let next = 1;
  for (const { from, to } of stays.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
    const [first, last] = [Math.max(next, after(from)), Math.min(end, to ? after(to) : end)];
    if (last < first) continue;
    stayed += last - first + 1;
    next = last + 1;
  }
  return { further: all - stayed, stayed };
}

/** The rule of a rung if it may carry a number; else the rung joins what is missing. */
function need<K extends 'money' | 'period'>(
  rung: Rung | 'cap',
  answer: Answer,
  kind: K,
  missing: Missing[],
): SpecifiedRule<K extends 'money' ? MoneyValue : PeriodValue> | undefined {
  const fault = gapOf(rung, answer);
  if (answer.found !== 'rule' || answer.doubts.length > 0) {
    missing.push(fault);
    return undefined;
  }
  if (answer.rule.value.value.kind !== kind) {
    missing.push({ ...fault, why: 'wrong-kind', rule: answer.rule.id, ask: answer.rule.offices });
    return undefined;
  }
  return answer.rule as SpecifiedRule<K extends 'money' ? MoneyValue : PeriodValue>;
}

function gapOf(rung: Rung | 'cap', answer: Answer): Missing {
  if (answer.found === 'nothing') return { rung, why: 'no-rule', ask: [] };
  if (answer.found === 'rule') {
    const doubt = answer.doubts[0];
    const ask = doubt && doubt.value.state !== 'specified' ? doubt.value.ask : answer.rule.offices;
    return { rung, why: doubt ? 'doubtful' : 'no-upper-amount', rule: (doubt ?? answer.rule).id, ask };
  }
  const { state } = answer.rule.value;
  return { rung, why: state === 'specified' ? 'no-rule' : state, rule: answer.rule.id, ask: answer.ask };
}
