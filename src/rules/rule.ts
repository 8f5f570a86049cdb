import { z } from 'zod';
import { printable } from './printable.ts';
import {
  type Instant,
  instant,
  placeOrState,
  type RuleId,
  ruleId,
  type Sourced,
  type Specified,
  slug,
  sourcedSchema,
} from './sourced.ts';

/**
 * One rule is one fact: what a place says about one aspect of one topic. It is never overwritten; a correction is a new
 * record that names the one it supersedes, so a decision can be replayed with the rules as they were known then.
 */
export const aspects = [
  'duty',
  'access',
  'request',
  'fee',
  'prepayment',
  'waiver',
  'deadline',
  'appeal',
  'complaint',
  'enforcer',
  'fine',
  'fine-repeat',
  'fine-continuing',
  'fine-daily',
  'escalation',
  'sanction',
  'cap',
  'look-back',
  'discretion',
  'defence',
  'permit',
  'form',
  'retention',
  'license',
  'agreement',
  'real-time',
  'how-to',
  'format',
  'inventory',
  'instrument',
  'notice',
  'review',
] as const;
export type Aspect = (typeof aspects)[number];
/** What a person or business may have to pay as a penalty. */
export const fineAspects = ['fine', 'fine-repeat', 'fine-continuing', 'fine-daily'] as const;

const sentence = z
  .string()
  .trim()
  .min(1)
  .max(1000)
  .refine(...printable);
export const bilingual = z.strictObject({ en: sentence, es: sentence });
export type Bilingual = z.output<typeof bilingual>;

/** US cents. */
const cents = z.int().min(0).max(1_000_000_000_00);
const range = { min: cents.optional(), max: cents.optional() };
export const moneyUnits = ['offense', 'day', 'page', 'request', 'permit', 'record', 'hour', 'year'] as const;

const moneyValue = z
  .strictObject({
    kind: z.literal('money'),
    ...range,
    per: z.enum(moneyUnits).optional(),
    /** Where the text names the second offense, the third, …: each counts from its number on. */
    offenses: z
      .array(z.strictObject({ nth: z.int().min(2).max(100), ...range }))
      .min(1)
      .optional(),
  })
  .superRefine((money, context) => {
    const wrong = (message: string) => context.addIssue({ code: 'custom', message });
    const steps = money.offenses ?? [money];
    if (money.offenses && (money.min ?? money.max) !== undefined)
      wrong('has either amounts of its own or amounts by offense');
    for (const { min, max } of steps) {
      if (min === undefined && max === undefined) wrong('needs min or max, in cents');
      if (min !== undefined && max !== undefined && min > max) wrong(`min ${min} is more than max ${max}`);
    }
    const order = (money.offenses ?? []).map(({ nth }) => nth);
    if (order.some((nth, index) => index > 0 && nth <= (order[index - 1] ?? 0)))
      wrong('offenses must rise by nth');
  });
export type MoneyValue = z.output<typeof moneyValue>;

export const periodUnits = ['business-day', 'calendar-day', 'month', 'year', 'hour'] as const;
const periodValue = z.strictObject({
  kind: z.literal('period'),
  count: z.int().min(0).max(10_000),
  unit: z.enum(periodUnits),
  /** The event that starts it. */
  from: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .refine(...printable),
  /** Set by statute, so it never pauses; else an office's own target. */
  statutory: z.boolean(),
});
export type PeriodValue = z.output<typeof periodValue>;

export const ruleValue = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('statement') }),
  periodValue,
  moneyValue,
  z.strictObject({ kind: z.literal('office'), office: slug }),
  z.strictObject({
    kind: z.literal('form'),
    name: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .refine(...printable)
      .optional(),
    url: z
      .url({ protocol: /^https?$/ })
      .refine(...printable)
      .optional(),
  }),
]);
export type RuleValue = z.output<typeof ruleValue>;

/** Names one record of a rule: its id and when it was recorded. */
const recordName = z.strictObject({ id: ruleId, recordedAt: instant });

export const ruleShape = {
  id: ruleId,
  topic: slug,
  aspect: z.enum(aspects),
  place: placeOrState,
  custodian: slug.optional(),
  says: bilingual,
  offices: z.array(slug).default([]),
  bullets: z.array(z.string().regex(/^S\d+\.\d+$/, 'must be a bullet such as S0.12')).default([]),
};
/** The wire shape of a rule. */
export const rule = z.strictObject({
  ...ruleShape,
  value: sourcedSchema(ruleValue),
  recordedAt: instant,
  supersedes: recordName.optional(),
});

export type Rule = {
  id: RuleId;
  topic: string;
  aspect: Aspect;
  place: string;
  custodian?: string;
  says: Bilingual;
  offices: string[];
  value: Sourced<RuleValue>;
  bullets: string[];
  recordedAt: Instant;
  supersedes?: { id: RuleId; recordedAt: Instant };
};
export type SpecifiedRule<T extends RuleValue = RuleValue> = Rule & { value: Specified<T> };

export function isSpecifiedRule(rule: Rule): rule is SpecifiedRule {
  return rule.value.state === 'specified';
}

/** The records that we knew at that time: recorded by then, and by then not superseded. */
export function knownRules(rules: readonly Rule[], knownAt: Instant): Rule[] {
  const by = Date.parse(knownAt);
  const recorded = rules.filter(({ recordedAt }) => Date.parse(recordedAt) <= by);
  const name = ({ id, recordedAt }: { id: RuleId; recordedAt: Instant }) => `${id}@${Date.parse(recordedAt)}`;
  const superseded = new Set(recorded.flatMap(({ supersedes }) => (supersedes ? [name(supersedes)] : [])));
  return recorded.filter((rule) => !superseded.has(name(rule)));
}
