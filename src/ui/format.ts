import { type Language, locales } from './language.ts';

const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();
function numberFormat(language: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `n${language}${JSON.stringify(options)}`;
  const known = cache.get(key);
  if (known instanceof Intl.NumberFormat) return known;
  const made = new Intl.NumberFormat(locales[language], options);
  cache.set(key, made);
  return made;
}
function dateFormat(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `d${language}${JSON.stringify(options)}`;
  const known = cache.get(key);
  if (known instanceof Intl.DateTimeFormat) return known;
  const made = new Intl.DateTimeFormat(locales[language], options);
  cache.set(key, made);
  return made;
}

/**
 * A count or a result, with at most `digits` digits after the decimal sign; with its power of ten where that would make
 * it nothing, or a row of zeros.
 */
export function formatNumber(value: number | bigint, language: Language, digits = 3): string {
  const size = Math.abs(Number(value));
  if (size >= 1e15 || (size > 0 && size < 0.5 * 10 ** -digits)) {
    return numberFormat(language, { notation: 'scientific', maximumSignificantDigits: 4 }).format(value);
  }
  return numberFormat(language, { maximumFractionDigits: digits }).format(value);
}

/** A count short enough for a card: 1.2 million. */
export function formatCompact(value: number, language: Language): string {
  return numberFormat(language, {
    notation: 'compact',
    compactDisplay: 'long',
    maximumFractionDigits: 1,
  }).format(value);
}

/** A moment in a zone, with the zone's name: "Nov 21, 2026, 3:09 AM EST". */
export function formatTime(iso: string | Date, language: Language, timeZone: string): string {
  return dateFormat(language, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZone,
    timeZoneName: 'short',
  }).format(new Date(iso));
}

/** The day of a moment in a zone. */
export function formatDay(iso: string | Date, language: Language, timeZone: string): string {
  return dateFormat(language, { dateStyle: 'long', timeZone }).format(new Date(iso));
}

/** A calendar date without a time (2026-11-21); anything else comes back as it is. */
export function formatDate(date: string, language: Language): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return date;
  return dateFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`));
}

/** The zone's long name, as people say it: "Eastern Time". */
export function zoneName(language: Language, timeZone: string): string {
  const parts = dateFormat(language, { timeZone, timeZoneName: 'longGeneric' }).formatToParts(new Date(0));
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? timeZone;
}

const durationUnits = [
  ['year', 'Y', 'date'],
  ['month', 'M', 'date'],
  ['week', 'W', 'date'],
  ['day', 'D', 'date'],
  ['hour', 'H', 'time'],
  ['minute', 'M', 'time'],
  ['second', 'S', 'time'],
] as const;

/** An ISO 8601 duration in words: PT15M is "15 minutes". What is none comes back as it is. */
export function formatDuration(iso: string, language: Language): string {
  const [date = '', time = ''] = iso.replace(/^P/, '').split('T');
  const words = durationUnits.flatMap(([unit, letter, part]) => {
    const amount = (part === 'date' ? date : time).match(new RegExp(`(\\d+(?:\\.\\d+)?)${letter}`))?.[1];
    if (!amount || Number(amount) === 0) return [];
    return [numberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(Number(amount))];
  });
  return words.length > 0 ? words.join(' ') : iso;
}

/** How long ago, in the largest unit that fits. */
export function formatAgo(iso: string, now: Date, language: Language): string {
  const seconds = Math.round((new Date(iso).getTime() - now.getTime()) / 1000);
  const relative = new Intl.RelativeTimeFormat(locales[language], { numeric: 'auto' });
  const size = Math.abs(seconds);
  if (size < 60) return relative.format(seconds, 'second');
  if (size < 3600) return relative.format(Math.round(seconds / 60), 'minute');
  if (size < 86_400) return relative.format(Math.round(seconds / 3600), 'hour');
  if (size < 86_400 * 60) return relative.format(Math.round(seconds / 86_400), 'day');
  if (size < 86_400 * 730) return relative.format(Math.round(seconds / (86_400 * 30.44)), 'month');
  return relative.format(Math.round(seconds / (86_400 * 365.25)), 'year');
}

/** A number of seconds in its best unit: "1 hour", "4.5 minutes". */
export function formatSeconds(seconds: number, language: Language): string {
  const steps = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
    ['second', 1],
  ] as const;
  const [unit, size] = steps.find(([, step]) => seconds >= step * 0.95) ?? steps[3];
  const options = { style: 'unit', unit, unitDisplay: 'long', maximumSignificantDigits: 2 } as const;
  const amount = seconds / size;
  const whole = Math.round(amount);
  return numberFormat(language, options).format(Math.abs(amount - whole) < 0.05 ? whole : amount);
}
