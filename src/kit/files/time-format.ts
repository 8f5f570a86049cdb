import { Problem } from '../problem.ts';

/**
 * What a time in a file says, as read: microseconds since 1970 of the date and clock time written, as if they were UTC,
 * and the offset from UTC in microseconds if the text holds one. `undefined` means that the text is not such a time.
 */
export type WrittenTime = { local: number; offset: number | undefined };
export type TimeReader = (text: string) => WrittenTime | undefined;

const day = 86_400_000_000;
const hour = 3_600_000_000;
const minute = 60_000_000;
const second = 1_000_000;

type Parts = {
  y: number;
  mo: number;
  d: number;
  h: number;
  mi: number;
  s: number;
  us: number;
  pm: number;
  offset: number | undefined;
};
/** Reads its part at `at`, and returns where the next begins, or -1. */
type Step = (text: string, at: number, parts: Parts) => number;

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const named: Record<string, TimeReader> = {
  'epoch-seconds': (text) => epoch(text, second),
  'epoch-ms': (text) => epoch(text, 1000),
  'epoch-us': (text) => epoch(text, 1),
};

/** True when times in this format need no time zone. */
export function tellsOffset(format: string): boolean {
  return format in named || parseTokens(format).includes('Z');
}

/**
 * Makes the reader for a format. Tokens: YYYY YY MM M MMM DD D HH H hh h mm m ss s SSS (one to nine decimals of a
 * second) A (AM, PM) Z (offset: Z, +hh, +hhmm or +hh:mm); everything else stands for itself, and so does what is in
 * [brackets]. Or one of: iso, epoch-seconds, epoch-ms, epoch-us.
 * @throws Problem `invalid` when the format tells no date
 */
export function compileTimeFormat(format: string): TimeReader {
  const reader = named[format];
  if (reader) return reader;
  if (format === 'iso') return iso;
  const tokens = parseTokens(format);
  const has = (...any: string[]) => any.some((token) => tokens.includes(token));
  if (!has('YYYY', 'YY') || !has('MM', 'M', 'MMM') || !has('DD', 'D')) {
    throw new Problem(
      'invalid',
      `The time format "${format}" tells no full date: it needs YYYY (or YY), MM (or M, MMM) and DD (or D)`,
    );
  }
  if (has('hh', 'h') !== has('A')) {
    throw new Problem(
      'invalid',
      `The time format "${format}": hh is the 12-hour clock and needs A for AM/PM; for 24 hours write HH`,
    );
  }
  const steps = tokens.map(step);
  const twelve = has('A');
  return (text) => {
    const parts: Parts = { y: 0, mo: 1, d: 1, h: 0, mi: 0, s: 0, us: 0, pm: -1, offset: undefined };
    let at = 0;
    for (const read of steps) {
      at = read(text, at, parts);
      if (at < 0) return undefined;
    }
    if (at !== text.length) return undefined;
    if (twelve) {
      if (parts.h < 1 || parts.h > 12) return undefined;
      parts.h = (parts.h % 12) + (parts.pm === 1 ? 12 : 0);
    }
    return assemble(parts);
  };
}

function assemble(parts: Parts): WrittenTime | undefined {
  const { y, mo, d, h, mi, s, us } = parts;
  if (mo < 1 || mo > 12 || d < 1 || d > daysInMonth(y, mo) || mi > 59 || s > 59) return undefined;
  // 24:00:00 is midnight at the end of the day [ISO 8601-1 §5.3.2]
  if (h > 24 || (h === 24 && (mi > 0 || s > 0 || us > 0))) return undefined;
  return {
    local: daysFromCivil(y, mo, d) * day + h * hour + mi * minute + s * second + us,
    offset: parts.offset,
  };
}

function daysInMonth(y: number, mo: number): number {
  if (mo === 2) return (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0 ? 29 : 28;
  return mo === 4 || mo === 6 || mo === 9 || mo === 11 ? 30 : 31;
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar, by counting from March so that leap days come last. */
function daysFromCivil(y: number, mo: number, d: number): number {
  const year = mo <= 2 ? y - 1 : y;
  const era = Math.floor(year / 400);
  const yearOfEra = year - era * 400;
  const dayOfYear = Math.floor((153 * (mo + (mo > 2 ? -3 : 9)) + 2) / 5) + d - 1;
  return (
    era * 146_097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    719_468
  );
}

function parseTokens(format: string): string[] {
  return format.match(/\[[^\]]*\]|YYYY|YY|MMM|MM?|DD?|HH?|hh?|mm?|ss?|S+|A|Z|./gsu) ?? [];
}

function step(token: string): Step {
  switch (token) {
    case 'YYYY':
      return digits(4, 4, (parts, value) => (parts.y = value));
    case 'YY':
      // POSIX strptime: 69-99 are in the 1900s
      return digits(2, 2, (parts, value) => (parts.y = value + (value < 69 ? 2000 : 1900)));
    case 'MM':
      return digits(2, 2, (parts, value) => (parts.mo = value));
    case 'M':
      return digits(1, 2, (parts, value) => (parts.mo = value));
    case 'DD':
      return digits(2, 2, (parts, value) => (parts.d = value));
    case 'D':
      return digits(1, 2, (parts, value) => (parts.d = value));
    case 'HH':
    case 'hh':
      return digits(2, 2, (parts, value) => (parts.h = value));
    case 'H':
    case 'h':
      return digits(1, 2, (parts, value) => (parts.h = value));
    case 'mm':
      return digits(2, 2, (parts, value) => (parts.mi = value));
    case 'm':
      return digits(1, 2, (parts, value) => (parts.mi = value));
    case 'ss':
      return digits(2, 2, (parts, value) => (parts.s = value));
    case 's':
      return digits(1, 2, (parts, value) => (parts.s = value));
    case 'MMM':
      return (text, at, parts) => {
        parts.mo = months.indexOf(text.slice(at, at + 3).toLowerCase()) + 1;
        return parts.mo === 0 ? -1 : at + 3;
      };
    case 'A':
      return (text, at, parts) => {
        const sign = text.slice(at, at + 2).toUpperCase();
        parts.pm = sign === 'PM' ? 1 : 0;
        return sign === 'AM' || sign === 'PM' ? at + 2 : -1;
      };
    case 'Z':
      return readOffset;
    default:
      if (/^S+$/.test(token)) return readFraction;
      return literal(token.startsWith('[') && token.endsWith(']') ? token.slice(1, -1) : token);
  }
}

function literal(sign: string): Step {
  if (sign.length === 1) {
    const code = sign.charCodeAt(0);
    return (text, at) => (text.charCodeAt(at) === code ? at + 1 : -1);
  }
  return (text, at) => (text.startsWith(sign, at) ? at + sign.length : -1);
}

function digits(least: number, most: number, set: (parts: Parts, value: number) => void): Step {
  return (text, at, parts) => {
    let value = 0;
    let length = 0;
    while (length < most) {
      const digit = text.charCodeAt(at + length) - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
      length++;
    }
    if (length < least) return -1;
    set(parts, value);
    return at + length;
  };
}

function readFraction(text: string, at: number, parts: Parts): number {
  let end = at;
  let scale = 100_000;
  while (end - at < 9) {
    const digit = text.charCodeAt(end) - 48;
    if (!(digit >= 0 && digit <= 9)) break;
    // Digits beyond the microsecond, which PostgreSQL does not hold, are cut off.
    if (scale >= 1) parts.us += digit * scale;
    scale /= 10;
    end++;
  }
  return end === at ? -1 : end;
}

const offsetText = /(Z|z)|([+-])(\d\d)(?::?(\d\d))?/y;

function readOffset(text: string, at: number, parts: Parts): number {
  offsetText.lastIndex = at;
  const found = offsetText.exec(text);
  if (!found) return -1;
  const [all, zulu, sign, hours, minutes] = found;
  if (zulu) parts.offset = 0;
  else {
    if (Number(hours) > 23 || Number(minutes ?? 0) > 59) return -1;
    parts.offset = (Number(hours) * hour + Number(minutes ?? 0) * minute) * (sign === '-' ? -1 : 1);
  }
  return at + all.length;
}

const isoText =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|z|[+-]\d\d(?::?\d\d)?)?)?$/;

function iso(text: string): WrittenTime | undefined {
  const found = isoText.exec(text);
  if (!found) return undefined;
  const [, y, mo, d, h, mi, s, fraction, offset] = found;
  const parts: Parts = {
    y: Number(y),
    mo: Number(mo),
    d: Number(d),
    h: Number(h ?? 0),
    mi: Number(mi ?? 0),
    s: Number(s ?? 0),
    us: fraction === undefined ? 0 : Number(fraction.padEnd(6, '0').slice(0, 6)),
    pm: -1,
    offset: undefined,
  };
  if (offset !== undefined && readOffset(offset, 0, parts) < 0) return undefined;
  return assemble(parts);
}

function epoch(text: string, unit: number): WrittenTime | undefined {
  if (!/^-?\d{1,16}(\.\d{1,9})?$/.test(text)) return undefined;
  const local = text.includes('.') ? Math.round(Number(text) * unit) : Number(text) * unit;
  // Beyond the year 2255 it is the wrong unit, not a time.
  return Number.isSafeInteger(local) ? { local, offset: 0 } : undefined;
}
