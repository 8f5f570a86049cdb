import type { Value } from './filter-value.ts';
import { isInstant } from './parse-expression.ts';
import type { Statement } from './sql.ts';
import type { Comparison } from './tree.ts';

/** A time in SQL: an instant when there is no end, undefined when that is known before the query runs. */
export type Span = { start: string; end?: string };

// JSON text is taken for a time only if it is written as one; anything else must not stop the query.
const writtenAsTime = `'^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])(T([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d+)?)?(Z|[+-]\\d\\d:\\d\\d)?)?$'`;

/** As a time, or undefined when that makes no sense. */
export function asSpan(value: Value, statement: Statement): Span | undefined {
  switch (value.type) {
    case 'instant':
      return { start: value.sql };
    case 'interval':
      return { start: value.start, end: value.end };
    case 'date':
      return { start: `(${value.sql}::timestamp at time zone 'UTC')` };
    case 'json':
      return { start: `(case when ${value.text} ~ ${writtenAsTime} then (${value.text})::timestamptz end)` };
    case 'literal': {
      const [from = '', to] = value.text.split('/');
      if (value.of !== 'string' || !isInstant(from) || (to !== undefined && !isInstant(to))) return undefined;
      const start = statement.bind(from, 'timestamptz');
      return to === undefined ? { start } : { start, end: statement.bind(to, 'timestamptz') };
    }
    default:
      return undefined;
  }
}

const last = ({ start, end }: Span) => (end ? `coalesce(${end}, ${start})` : start);

function before(a: Span, b: Span): string {
  if (!a.end) return `${a.start} < ${b.start}`;
  // The first condition says nothing new; it lets an index on the start serve.
  return `(${a.start} <= ${b.start} and coalesce(${a.end} <= ${b.start}, ${a.start} < ${b.start}))`;
}

function notAfter(a: Span, b: Span): string {
  if (!a.end) return `${a.start} <= ${b.start}`;
  return `(${a.start} <= ${b.start} and coalesce(${a.end} <= ${last(b)}, true))`;
}

function same(a: Span, b: Span): string {
  return a.end || b.end ? `(${a.start} = ${b.start} and ${last(a)} = ${last(b)})` : `${a.start} = ${b.start}`;
}

/**
 * Intervals hold their start and not their end; one that ends as another begins is before it. A time that is null
 * matches nothing, under `not` neither.
 */
export const compareSpans: Record<Comparison, (a: Span, b: Span) => string> = {
  eq: same,
  ne: (a, b) => `not ${same(a, b)}`,
  lt: before,
  gt: (a, b) => before(b, a),
  le: notAfter,
  ge: (a, b) => notAfter(b, a),
};

/** The temporal functions [STA 1.1 §9.3.3.5.2], after Allen; of an instant, start and end are the same. */
export const temporal: Record<string, (a: Span, b: Span) => string | undefined> = {
  before,
  after: (a, b) => before(b, a),
  meets: (a, b) => `(${a.start} = ${last(b)} or ${last(a)} = ${b.start})`,
  during: (a, b) => {
    if (!b.end) return undefined;
    const ends = a.end ? `coalesce(${a.end} <= ${b.end}, ${a.start} < ${b.end})` : `${a.start} < ${b.end}`;
    return `(${b.start} <= ${a.start} and ${ends})`;
  },
  overlaps: (a, b) => `(${a.start} = ${b.start} or (${a.start} < ${last(b)} and ${b.start} < ${last(a)}))`,
  starts: (a, b) => `${a.start} = ${b.start}`,
  finishes: (a, b) => `${last(a)} = ${last(b)}`,
};
