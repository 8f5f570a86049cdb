import { z } from 'zod';
import type { Day } from './calendar.ts';
import type { Instant } from './deadline.ts';
import { printable } from './printable.ts';

/**
 * What we know, and how. A value is *specified* (a text that was read says so), *not specified* (the pages were read and
 * do not say), *unverified* (heard, or remembered), or in *conflict* (texts disagree). Only the first may become a number.
 */

/** `2026-11-26`. Days compare as text. */
export const day = z.iso.date('must be a day such as 2026-11-26');
export type { Day };
/** `2026-11-26T14:00:00Z`, always UTC. */
export const instant = z.iso.datetime('must be a time in UTC such as 2026-11-26T14:00:00Z');
export type { Instant };
/** Lower-case words joined by dots or hyphens: `danbury.sensors.fine`. */
export const ruleId = z
  .string()
  .max(120)
  .regex(
    /^[a-z0-9]+([.-][a-z0-9]+)*$/,
    'must be lower-case words joined by dots, such as danbury.sensors.fine',
  );
export type RuleId = string;
export const slug = z
  .string()
  .max(80)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case letters, digits and single hyphens');
/** A place's slug, or a state's two letters. */
export const placeOrState = z
  .string()
  .max(80)
  .regex(
    /^([A-Z]{2}|[a-z0-9]+(-[a-z0-9]+)*)$/,
    "must be a place's short name or a state's two letters, such as CT",
  );

export const levels = ['state', 'city', 'policy', 'terms', 'guide'] as const;
/** `text`: the text itself was read. `secondary`: another's account of it. `memory`: nobody looked. */
export const readings = ['text', 'secondary', 'memory'] as const;

const line = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .refine(...printable);
/** An instrument that was read: everything of a citation but the spot. */
export const source = z.strictObject({
  instrument: line,
  level: z.enum(levels),
  publisher: line,
  url: z
    .url({ protocol: /^https?$/ })
    .refine(...printable)
    .optional(),
  published: day.optional(),
  readAt: day,
  how: z.enum(readings),
  quoteHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hexadecimal')
    .optional(),
});
export const citation = z.strictObject({ ...source.shape, locator: line });
export type Citation = z.output<typeof citation>;
export type Cited = [Citation, ...Citation[]];

/** When it was law. Without a first day: not known since when, so it counts on every day up to the last. */
export type Validity = { validFrom?: Day; validTo?: Day };
export type Specified<T> = Validity & { state: 'specified'; value: T; cite: Cited };
export type NotSpecified = Validity & {
  state: 'not-specified';
  pagesRead: Cited;
  checkedAt: Day;
  ask: [string, ...string[]];
  nearest?: RuleId[];
};
export type Unverified<T> = Validity & {
  state: 'unverified';
  value?: T;
  cite: Citation[];
  ask: [string, ...string[]];
};
export type Conflict<T> = Validity & {
  state: 'conflict';
  candidates: [Candidate<T>, Candidate<T>, ...Candidate<T>[]];
  ask: [string, ...string[]];
};
type Candidate<T> = Specified<T> | NotSpecified | Unverified<T>;
/** All that can't be a number. */
export type Gap<T> = NotSpecified | Unverified<T> | Conflict<T>;
export type Sourced<T> = Specified<T> | Gap<T>;

const validity = { validFrom: day.optional(), validTo: day.optional() };
const cited = z.tuple([citation], citation);
const ask = z.tuple([slug], slug);

/** The wire shape of a sourced value. */
export function sourcedSchema<T extends z.ZodType>(value: T) {
  const specified = z
    .strictObject({ state: z.literal('specified'), value, cite: cited, ...validity })
    .refine(({ cite }) => cite.some(({ how }) => how !== 'memory'), {
      path: ['cite'],
      message: 'what is only remembered (how: memory) is unverified, never specified',
    });
  const notSpecified = z.strictObject({
    state: z.literal('not-specified'),
    pagesRead: cited,
    checkedAt: day,
    ask,
    nearest: z.array(ruleId).optional(),
    ...validity,
  });
  const unverified = z.strictObject({
    state: z.literal('unverified'),
    value: value.optional(),
    cite: z.array(citation),
    ask,
    ...validity,
  });
  const candidate = z.discriminatedUnion('state', [specified, notSpecified, unverified]);
  const conflict = z.strictObject({
    state: z.literal('conflict'),
    candidates: z.tuple([candidate, candidate], candidate),
    ask,
    ...validity,
  });
  return z.discriminatedUnion('state', [specified, notSpecified, unverified, conflict]);
}

export function isSpecified<T>(value: Sourced<T>): value is Specified<T> {
  return value.state === 'specified';
}

export function inForce(validity: Validity, on: Day): boolean {
  return (
    (validity.validFrom === undefined || validity.validFrom <= on) &&
    (validity.validTo === undefined || on <= validity.validTo)
  );
}

/** True if some day belongs to both. */
export function overlap(a: Validity, b: Validity): boolean {
  const startsBeforeEnd = (x: Validity, y: Validity) =>
    x.validFrom === undefined || y.validTo === undefined || x.validFrom <= y.validTo;
  return startsBeforeEnd(a, b) && startsBeforeEnd(b, a);
}
