import { formatNumber } from '../../ui/format.ts';
import { type Language, locales } from '../../ui/language.ts';

export type TickUnit = 'hour' | 'day' | 'month' | 'year';

const formats = new Map<string, Intl.DateTimeFormat>();

function format(
  language: Language,
  timeZone: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = JSON.stringify([language, timeZone, options]);
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locales[language], { timeZone, ...options });
  formats.set(key, known);
  return known;
}

/** What stands at a mark of the axis of time: the hour, or the day where it begins; the day, the month or the year. */
export function tickLabel(seconds: number, unit: TickUnit, language: Language, zone: string): string {
  const date = new Date(seconds * 1000);
  if (unit === 'year') return format(language, zone, { year: 'numeric' }).format(date);
  if (unit === 'month') return format(language, zone, { month: 'short', year: 'numeric' }).format(date);
  const day = format(language, zone, { month: 'short', day: 'numeric' });
  const midnight =
    format(language, zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(date) === '00:00';
  return unit === 'day' || midnight
    ? day.format(date)
    : format(language, zone, { hour: 'numeric' }).format(date);
}

/** What stands at a mark of the axis of values, short enough for its margin. */
export function valueLabel(value: number, language: Language): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1e-4 && size < 1e6) return formatNumber(value, language, 10);
  const notation = size >= 1e6 && size < 1e15 ? 'compact' : 'scientific';
  return new Intl.NumberFormat(locales[language], { notation, maximumSignificantDigits: 12 }).format(value);
}

/** The unit that fits marks so many seconds apart. */
export function tickUnit(seconds: number): TickUnit {
  if (seconds >= 360 * 86_400) return 'year';
  if (seconds >= 27 * 86_400) return 'month';
  return seconds >= 86_400 ? 'day' : 'hour';
}
