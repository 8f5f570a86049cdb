import { z } from 'zod';

/**
 * A release policy says how what a city measured becomes what others may see. It belongs to one dataset, is versioned,
 * and never changed once in force: a new version replaces it. An empty one releases everything as it is. Whatever a
 * policy does is done when values are stored, in the database, so that no filter, order or count meets what was there
 * before (docs/decisions/015-release-gate.md). Safe for the browser.
 *
 * A column is named as people meet it: of a table, its name; of readings, `result:<name of the ObservedProperty>`,
 * `parameters/<member>`, `properties/<member>` (of Things), `quality`.
 */
const column = z.string().min(1).max(200);

/** What time is cut down to: the beginning of the quarter of an hour, hour or day, by the city's clock. */
export const timeGrains = ['15-minutes', 'hour', 'day'] as const;
export type TimeGrain = (typeof timeGrains)[number];
/** What a place is moved to: the middle of a square so many meters wide, or of its neighborhood. */
export const placeGrains = ['100-m', '250-m', '500-m', '1000-m', 'neighborhood'] as const;
export type PlaceGrain = (typeof placeGrains)[number];
/** How long one key of a keyed hash serves. Then it is discarded, and equal values no longer look alike. */
export const keyLives = ['day', 'week', 'month'] as const;
export type KeyLife = (typeof keyLives)[number];

export const policyStep = z.discriminatedUnion('do', [
  /** The column is not released at all. */
  z.strictObject({ do: z.literal('drop'), column }),
  /** The column is there, its values are not. */
  z.strictObject({ do: z.literal('mask'), column }),
  /** HMAC-SHA-256 under a key that is discarded: never a plain hash, which a list of all plates undoes. */
  z.strictObject({ do: z.literal('keyed-hash'), column, keyLives: z.enum(keyLives) }),
  z.strictObject({ do: z.literal('coarsen-time'), to: z.enum(timeGrains), column: column.optional() }),
  z.strictObject({ do: z.literal('coarsen-place'), to: z.enum(placeGrains), column: column.optional() }),
  /** Numbers are rounded to multiples of this. */
  z.strictObject({ do: z.literal('round'), column, to: z.number().positive().max(1e9) }),
  /**
   * Single values are not released, only their count and mean by the columns named and by time; a group of fewer than
   * `minimum` is suppressed, and another with it if the total would give it away.
   */
  z.strictObject({
    do: z.literal('aggregate'),
    every: z.enum(timeGrains).optional(),
    by: z.array(column).max(5).default([]),
    /** Of a table: the time that `every` cuts; its first one, unless named. */
    column: column.optional(),
    minimum: z.number().int().min(2).max(1000),
  }),
  /** Released only when so much time (ISO 8601) has passed; of a table, since the time in this column, or its first one. */
  z.strictObject({
    do: z.literal('delay'),
    for: z.string().regex(/^P(?!$)(\d+D)?(T(?!$)(\d+H)?(\d+M)?)?$/),
    column: column.optional(),
  }),
]);
export type PolicyStep = z.infer<typeof policyStep>;

export const policyContent = z.strictObject({
  steps: z.array(policyStep).max(100).default([]),
  /** Why, in words for the public: shown beside what was withheld. */
  reason: z.string().max(2000).default(''),
});
export type PolicyContent = z.infer<typeof policyContent>;

/** Whether what is released is what was measured, so that one stored copy serves both. */
export function changesNothing(policy: Pick<PolicyContent, 'steps'>): boolean {
  return policy.steps.length === 0;
}

/** Whether values must wait before they are released: then a job releases them, else the writer's own transaction does. */
export function releasesLater(policy: Pick<PolicyContent, 'steps'>): boolean {
  return policy.steps.some(({ do: what }) => ['coarsen-time', 'aggregate', 'delay'].includes(what));
}
