import { formatInstant, LocalClock } from '../../kit/files/local-time.ts';
import { compileTimeFormat, type TimeReader } from '../../kit/files/time-format.ts';
import { type ColumnType, limits } from './table.ts';

/** What a cell says: a value as PostgreSQL reads it, nothing, or why it is none of its column's type. */
export type CellValue = string | null | { reason: string };

const nothing = /^(?:|na|n\/a|null|nan|-)$/i;
const nan = { reason: 'not a number' };

/** Makes the reader of a column's cells. Throws Problem `invalid` for a format or zone that cannot be used. */
export function compileCells(
  type: ColumnType,
  format: string | null | undefined,
  zone: string,
): (text: string) => CellValue {
  if (type === 'text')
    return (text) =>
      text.trim() === ''
        ? null
        : text.length > limits.cellLength
          ? { reason: `more than ${limits.cellLength} characters` }
          : text;
  const read = { integer, number, boolean, date, time, place }[type](format ?? '', zone);
  return (text) => {
    const trimmed = text.trim();
    return nothing.test(trimmed) ? null : read(trimmed);
  };
}

type Make = (format: string, zone: string) => (text: string) => CellValue;

/** Digits of numbers with separators: `1,234.5` or, with a decimal comma, `1.234,5`. */
function plainNumber(text: string, format: string): string {
  if (format === ',')
    return /^[+-]?\d{1,3}(\.\d{3})+(,\d*)?$/.test(text)
      ? text.replaceAll('.', '').replace(',', '.')
      : text.includes('.')
        ? 'x'
        : text.replace(',', '.');
  return format === 'thousands' && /^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/.test(text)
    ? text.replaceAll(',', '')
    : text;
}

const integer: Make = (format) => (text) => {
  const digits = plainNumber(text, format).replace(/\.0+$/, '');
  if (!/^[+-]?\d{1,19}$/.test(digits)) return { reason: 'not a whole number' };
  const value = BigInt(digits);
  return value >= -(2n ** 63n) && value < 2n ** 63n
    ? String(value)
    : { reason: 'a number too large to store' };
};

const number: Make = (format) => (text) => {
  const digits = plainNumber(text, format);
  if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(digits)) return nan;
  return Number.isFinite(Number(digits)) ? String(Number(digits)) : { reason: 'a number too large to store' };
};

const boolean: Make = () => (text) =>
  /^(?:true|yes|y|t|1)$/i.test(text)
    ? 't'
    : /^(?:false|no|n|f|0)$/i.test(text)
      ? 'f'
      : { reason: 'neither true nor false' };

const date: Make = (format) => {
  const read = compileTimeFormat(format || 'iso');
  return (text) => {
    const written = read(text);
    if (!written) return { reason: `not a day in the form ${format || 'YYYY-MM-DD'}` };
    const [day, clock] = formatInstant(written.local).split('T') as [string, string];
    return clock === '00:00:00.000Z' && /^\d{4}-/.test(day)
      ? day
      : { reason: 'a time of day, where a day was expected' };
  };
};

const time: Make = (format, zone) => {
  const read: TimeReader = compileTimeFormat(format || 'iso');
  const clock = new LocalClock(zone);
  return (text) => {
    const written = read(text);
    if (!written) return { reason: `not a time in the form ${format || 'YYYY-MM-DD hh:mm:ss'}` };
    if (written.offset !== undefined) return instant(written.local - written.offset);
    const meaning = clock.meaning(written.local);
    if (meaning.count === 0)
      return { reason: `this local time does not exist in ${zone} (summer time began)` };
    if (meaning.count === 2) return { reason: `this local time occurs twice in ${zone} (summer time ended)` };
    return instant(meaning.earlier);
  };
};

/** Microseconds are exact from 1684 to 2255; what lies beyond would come out as another time. */
const instant = (at: number): CellValue =>
  Number.isSafeInteger(at) ? formatInstant(at) : { reason: 'a time before 1685 or after 2255' };

const pair = /^\(?\s*([+-]?\d+(?:\.\d+)?)\s*[,;\s]\s*([+-]?\d+(?:\.\d+)?)\s*\)?$/;
const wellKnown = /^POINT\s*\(\s*([+-]?\d+(?:\.\d+)?)\s+([+-]?\d+(?:\.\d+)?)\s*\)$/i;

/** `wkt` is longitude first, as the standard has it; `lat-lon` and `lon-lat` say it themselves. */
const place: Make = (format) => (text) => {
  const found = (format === '' || format === 'wkt' ? wellKnown : pair).exec(text);
  if (!found) return { reason: 'not a place' };
  const [, a = '', b = ''] = found;
  const [longitude, latitude] = format === 'lat-lon' ? [b, a] : [a, b];
  if (Math.abs(Number(longitude)) > 180 || Math.abs(Number(latitude)) > 90)
    return { reason: 'longitude goes to 180 and latitude to 90 degrees' };
  return `(${Number(longitude)},${Number(latitude)})`;
};
