import { Temporal } from 'temporal-polyfill';
import type { Period, Preset } from './choice.ts';

/** From `start` (inclusive) to `end` (exclusive), instants in ISO 8601 UTC. An absent end is open. */
export type Span = { start?: string; end?: string };

/**
 * What the readings chosen span, as instants; absent when there is none. `latest`: the newest that is no later than when
 * it came, if there is one.
 */
export type Extent = { from: string; to: string; latest?: string };

const hours: Record<Exclude<Preset, 'latest' | 'all'>, number> = {
  '24h': 24,
  '7d': 168,
  '30d': 720,
  '90d': 2160,
};

/**
 * The instants that a period means. Dates are days of `zone`, so a day has 23 or 25 hours where the clocks change;
 * `24h` to `90d` are counted back from `now`; `latest` is the last seven days of the zone that hold readings.
 */
export function resolvePeriod(period: Period, zone: string, now: Date, extent?: Extent): Span {
  if (!('preset' in period)) {
    return {
      ...(period.from ? { start: startOfDay(period.from, zone) } : {}),
      ...(period.to ? { end: startOfDay(period.to, zone, 1) } : {}),
    };
  }
  if (period.preset === 'all') return {};
  if (period.preset === 'latest') {
    if (!extent) return {};
    const last = localDate(extent.latest ?? extent.to, zone);
    const end = startOfDay(last, zone, 1);
    // The database does not read years of more than four digits; no reading lies there.
    return { start: startOfDay(last, zone, -6), ...(/^\d/.test(end) ? { end } : {}) };
  }
  const end = Temporal.Instant.fromEpochMilliseconds(now.getTime());
  return { start: end.subtract({ hours: hours[period.preset] }).toString(), end: end.toString() };
}

/** The first instant of a local date, `days` later: 00:00, or the first time after a gap that swallowed it. */
export function startOfDay(date: string, zone: string, days = 0): string {
  return Temporal.PlainDate.from(date).add({ days }).toZonedDateTime(zone).toInstant().toString();
}

/** The local date of an instant. */
export function localDate(instant: string, zone: string): string {
  return Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDate().toString();
}

/** The part of a span that can hold readings, both ends closed; undefined when the two do not meet. */
export function clip(span: Span, extent: Extent | undefined): { start: number; end: number } | undefined {
  if (!extent) return undefined;
  const start = Math.max(
    Date.parse(extent.from),
    span.start ? Date.parse(span.start) : Number.NEGATIVE_INFINITY,
  );
  const end = Math.min(Date.parse(extent.to), span.end ? Date.parse(span.end) : Number.POSITIVE_INFINITY);
  return start <= end ? { start, end } : undefined;
}
