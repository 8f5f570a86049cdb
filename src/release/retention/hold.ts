import { z } from 'zod';

/**
 * A hold keeps readings from being destroyed: an exact scope (datasets, some of their columns, an area, a time), why, from
 * which case or letter, and when it is looked at again. Several may lie on one reading. It is placed, reviewed and
 * released, each an event that stays; a released hold is never placed again. Safe for the browser.
 */
export const holdCauses = ['litigation', 'claim', 'audit', 'records-request', 'other'] as const;
export type HoldCause = (typeof holdCauses)[number];

/**
 * Whether a hold of this cause stops a destruction that a law orders. What a records request asks for does not keep what
 * the law wants gone; the other columns of the dataset it keeps. Every other cause wins.
 */
export function stopsOrdered(cause: HoldCause): boolean {
  return cause !== 'records-request';
}

const instant = z.iso.datetime({ offset: true });
const text = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .refine((given) => !given.includes('\0'));
/** West, south, east, north, in degrees (WGS 84). */
export const holdBox = z
  .tuple([
    z.number().min(-180).max(180),
    z.number().min(-90).max(90),
    z.number().min(-180).max(180),
    z.number().min(-90).max(90),
  ])
  .refine(
    ([west, south, east, north]) => west <= east && south <= north,
    'west before east, south before north',
  );

export const holdInput = z.strictObject({
  /** Their short names. */
  datasets: z.array(z.string().max(80)).min(1).max(1000),
  /** `result:<name of the ObservedProperty>`; without it, all. */
  columns: z.array(z.string().min(1).max(300)).min(1).max(100).optional(),
  area: z.union([z.strictObject({ box: holdBox }), z.strictObject({ place: z.string().max(80) })]).optional(),
  /** Phenomenon time: from this instant on, and before that one. */
  from: instant.optional(),
  to: instant.optional(),
  cause: z.enum(holdCauses),
  reason: text(2000),
  /** The case, letter or order that it comes from. */
  source: text(300),
  reviewOn: z.iso.date(),
});
export type HoldInput = z.input<typeof holdInput>;

/** A hold as far as it touches one Datastream: what is left to ask of each reading. */
export type HoldOnDatastream = {
  id: string;
  cause: HoldCause;
  box: number[] | null;
  from: string | null;
  to: string | null;
};

/**
 * Whether one of the holds lies on the reading `o`, as SQL. A reading of an interval is held when any of it is; one whose
 * place is not known may lie in the area, and is held.
 */
export function heldSql(holds: readonly HoldOnDatastream[], values: unknown[]): string {
  const value = (given: unknown, type: string) => `$${values.push(given)}::${type}`;
  const tests = holds.map(({ box, from, to }) => {
    const parts = [
      ...(to === null ? [] : [`o.phenomenon_start < ${value(to, 'timestamptz')}`]),
      ...(from === null ? [] : [`${endSql} >= ${value(from, 'timestamptz')}`]),
      ...(box === null ? [] : [`private.may_touch(${placeSql}, ${value(box, 'float8[]')})`]),
    ];
    return parts.length === 0 ? 'true' : `(${parts.join(' and ')})`;
  });
  return tests.length === 0 ? 'false' : `(${tests.join(' or ')})`;
}

/** When the phenomenon of the reading `o` was over: from then on it is kept for its period. */
export const endSql = 'greatest(o.phenomenon_start, o.phenomenon_end)';

const placeSql = `coalesce(
  (select f.feature from private.feature_of_interest f where f.id = o.feature_id),
  (select jsonb_agg(l.location) from private.datastream ds join private.thing_location tl on tl.thing_id = ds.thing_id
   join private.location l on l.id = tl.location_id where ds.id = o.datastream_id))`;
