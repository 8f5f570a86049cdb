/** A time as a place lives it: the curves of the day and the week follow local time. Pure. */
export type Moment = {
  ms: number;
  zone: string;
  /** Local hour of the day, with its fraction. */
  hour: number;
  /** 0 is Sunday. */
  weekday: number;
  /** Local day of the year with its fraction, from 0. */
  yearDay: number;
  /** 1 to 12. */
  month: number;
  /** Hours that local time is ahead of UTC; negative in America. */
  offset: number;
};

const day = 86_400_000;
const quarterHour = 900_000;
const offsets = new Map<string, Map<number, number>>();

/** The moment at `ms` (milliseconds since 1970) in an IANA time zone. */
export function momentAt(ms: number, zone: string): Moment {
  const offset = offsetAt(ms, zone);
  const local = ms + offset;
  const date = new Date(local);
  return {
    ms,
    zone,
    hour: (local - Math.floor(local / day) * day) / 3_600_000,
    weekday: date.getUTCDay(),
    yearDay: (local - Date.UTC(date.getUTCFullYear(), 0, 1)) / day,
    month: date.getUTCMonth() + 1,
    offset: offset / 3_600_000,
  };
}

// No zone changes its offset within a quarter of an hour of UTC; asking Intl each time would cost more than the curves.
function offsetAt(ms: number, zone: string): number {
  const known = offsets.get(zone) ?? new Map<number, number>();
  offsets.set(zone, known);
  const bucket = Math.floor(ms / quarterHour);
  let offset = known.get(bucket);
  if (offset === undefined) {
    if (known.size > 50_000) known.clear();
    offset = readOffset(bucket * quarterHour, zone);
    known.set(bucket, offset);
  }
  return offset;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function readOffset(ms: number, zone: string): number {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(ms)) part[type] = Number(value);
  const { year = 0, month = 1, day: date = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, date, hour, minute, second) - ms;
}
