/**
 * Business days: Monday to Friday, less the holidays of a calendar. A calendar knows the days `from` to `to` and answers
 * for no other, since a day whose holidays nobody has loaded would be counted in silence. Local closures (a city hall
 * shut for snow) stand apart: they move a city's own targets, never a date that a statute sets.
 */

/** 'YYYY-MM-DD' */
export type Day = string;
export type Words = { en: string; es: string };

/** A dated row. `unverified`: nobody has read the list or proclamation that makes this day a holiday in this year. */
export type Holiday = {
  day: Day;
  name: Words;
  kind: 'legal' | 'proclaimed' | 'closure';
  source: string;
  unverified?: boolean;
};

export type Calendar = {
  from: Day;
  to: Day;
  holidays: ReadonlyMap<Day, Holiday>;
  closures: ReadonlyMap<Day, Holiday>;
};

/** Why a day is no business day. */
export type Off = { why: 'weekend' } | { why: 'holiday' | 'closure'; name: Words; unverified?: true };

/** What the calendar or a deadline refuses, with a sentence that may be shown. Actions make a Problem of it. */
export class Refusal extends Error {
  readonly reason: 'outside-calendar' | 'pause-of-statute' | 'invalid';
  constructor(reason: Refusal['reason'], message: string) {
    super(message);
    this.name = 'Refusal';
    this.reason = reason;
  }
}

const milliseconds = 86_400_000;

/** True for a day that exists, of the years 0001 to 9999. */
export function isDay(text: unknown): text is Day {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

export function plusDays(day: Day, count: number): Day {
  const text = new Date(Date.parse(`${day}T00:00:00Z`) + count * milliseconds).toISOString();
  if (!/^\d/.test(text)) throw new Refusal('invalid', `${count} days from ${day}: beyond the year 9999`);
  return text.slice(0, 10);
}

/** Calendar days from one day to another; negative when the second is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return (Date.parse(to) - Date.parse(from)) / milliseconds;
}

/** 0 Sunday to 6 Saturday. */
export function weekday(day: Day): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay();
}

/** @throws Refusal `invalid`: a day that is none, lies outside the range, or has two holidays or two closures */
export function makeCalendar(range: { from: Day; to: Day }, rows: readonly Holiday[]): Calendar {
  const { from, to } = range;
  if (!isDay(from) || !isDay(to) || from > to)
    throw new Refusal('invalid', `A calendar needs two days in order, not ${from} to ${to}`);
  const holidays = new Map<Day, Holiday>();
  const closures = new Map<Day, Holiday>();
  for (const row of rows) {
    const { day } = row;
    if (!isDay(day)) throw new Refusal('invalid', `${day}: no such day; write YYYY-MM-DD`);
    if (day < from || day > to)
      throw new Refusal('invalid', `${day}: outside the calendar, which covers ${from} to ${to}`);
    const rowsOfKind = row.kind === 'closure' ? closures : holidays;
    const other = rowsOfKind.get(day);
    if (other) {
      const problem = `${day}: there twice, as ${other.name.en} and as ${row.name.en}; leave one`;
      throw new Refusal('invalid', problem);
    }
    rowsOfKind.set(day, row);
  }
  return { from, to, holidays, closures };
}

/**
 * Why the day is no business day; undefined when it is one. Closures are seen only where asked for.
 * @throws Refusal `outside-calendar`, for a Saturday too
 */
export function dayOff(calendar: Calendar, day: Day, options: { closures?: boolean } = {}): Off | undefined {
  if (!isDay(day)) throw new Refusal('invalid', `${day}: no such day; write YYYY-MM-DD`);
  if (day < calendar.from || day > calendar.to) {
    throw new Refusal(
      'outside-calendar',
      `The holidays of ${day} are not known: the calendar covers ${calendar.from} to ${calendar.to}. Load that year's holidays first.`,
    );
  }
  const number = weekday(day);
  if (number === 0 || number === 6) return { why: 'weekend' };
  const holiday = calendar.holidays.get(day);
  if (holiday) return off('holiday', holiday);
  const closure = options.closures ? calendar.closures.get(day) : undefined;
  return closure && off('closure', closure);
}

function off(why: 'holiday' | 'closure', { name, unverified }: Holiday): Off {
  return { why, name, ...(unverified ? { unverified } : {}) };
}

export function businessDay(calendar: Calendar, day: Day, options?: { closures?: boolean }): boolean {
  return dayOff(calendar, day, options) === undefined;
}

/** The first business day after the day. */
export function nextBusinessDay(calendar: Calendar, day: Day, options?: { closures?: boolean }): Day {
  let next = plusDays(day, 1);
  while (!businessDay(calendar, next, options)) next = plusDays(next, 1);
  return next;
}

/** The last business day before the day. */
export function previousBusinessDay(calendar: Calendar, day: Day, options?: { closures?: boolean }): Day {
  let previous = plusDays(day, -1);
  while (!businessDay(calendar, previous, options)) previous = plusDays(previous, -1);
  return previous;
}

/** Business days after `after`, up to and with `through`; 0 when `through` is not later. */
export function countBusinessDays(
  calendar: Calendar,
  after: Day,
  through: Day,
  options?: { closures?: boolean },
): number {
  let count = 0;
  for (let day = plusDays(after, 1); day <= through; day = plusDays(day, 1))
    if (businessDay(calendar, day, options)) count++;
  return count;
}
