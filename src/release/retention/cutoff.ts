import { Temporal } from 'temporal-polyfill';
import type { PeriodValue } from '../../rules/index.ts';

/**
 * What a period of retention means on a day. `may`: the period is the least, so a reading is due once the last day of
 * the period has passed. `must`: the period is the most, so it is due on that last day, and gone before it is over.
 */
export type Duty = 'may' | 'must';

export type Cutoff = {
  /** Readings whose phenomenon time ended before this instant are due. ISO 8601 in UTC. */
  at: string;
  /** The same as a day by the city's clock; null for hours, which know no days. */
  day: string | null;
};

/**
 * Up to where readings are due: `now` by the clock of `zone`. Days, months and years are counted by the calendar from
 * the day of the reading, which is not counted itself; a month that lacks the day ends on its last one. Hours are
 * counted exactly. Undefined for business days: no retention period that we know counts them.
 */
export function cutoffOf(
  period: Pick<PeriodValue, 'count' | 'unit'>,
  duty: Duty,
  now: Date,
  zone: string,
): Cutoff | undefined {
  const { count, unit } = period;
  if (unit === 'business-day') return undefined;
  const instant = Temporal.Instant.fromEpochMilliseconds(now.getTime());
  if (unit === 'hour') return { at: instant.subtract({ hours: count }).toString(), day: null };
  const today = instant.toZonedDateTimeISO(zone).toPlainDate();
  // The first day whose readings are not due yet. Months are of unequal length: the guess is off by three days at most.
  let day = today.subtract(length(period)).subtract({ days: 4 });
  while (isDue(lastDay(day, period), today, duty)) day = day.add({ days: 1 });
  return { at: day.toZonedDateTime(zone).toInstant().toString(), day: day.toString() };
}

/** The last day on which a reading of `day` is within its period. */
export function lastDay(day: Temporal.PlainDate, period: Pick<PeriodValue, 'count' | 'unit'>) {
  return day.add(length(period), { overflow: 'constrain' });
}

function isDue(last: Temporal.PlainDate, today: Temporal.PlainDate, duty: Duty): boolean {
  const order = Temporal.PlainDate.compare(last, today);
  return duty === 'must' ? order <= 0 : order < 0;
}

function length({ count, unit }: Pick<PeriodValue, 'count' | 'unit'>) {
  if (unit === 'year') return { years: count };
  if (unit === 'month') return { months: count };
  return { days: count };
}
