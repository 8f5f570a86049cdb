import { z } from 'zod';
import {
  type Calendar,
  type Day,
  type Holiday,
  isDay,
  makeCalendar,
  plusDays,
  Refusal,
  weekday,
} from './calendar.ts';

/**
 * Connecticut's legal holidays. The dated rows (cities/connecticut/holidays.yaml) are what is counted with; the formulas
 * here only check them, since a legislature may change the one and a typing slip the other.
 */

type Formula = {
  id: string;
  kind: 'legal' | 'proclaimed';
  /** The day named by the clause, before a weekend moves it. */
  of(year: number): Day;
  /** The first year in which it was kept, where it began within our rows. */
  since?: number;
};

/** In the order of the year. All clauses: C.G.S. §1-4. */
export const formulas: readonly Formula[] = [
  // "the first day of January (known as New Year's Day)"
  { id: 'new-year', kind: 'legal', of: (year) => date(year, 1, 1) },
  // "the first Monday occurring on or after January fifteenth"
  { id: 'king', kind: 'legal', of: (year) => onOrAfter(date(year, 1, 15), 1) },
  // "the twelfth day of February (known as Lincoln Day)"
  { id: 'lincoln', kind: 'legal', of: (year) => date(year, 2, 12) },
  // "the third Monday in February"
  { id: 'washington', kind: 'legal', of: (year) => nth(year, 2, 1, 3) },
  // "any day appointed or recommended by the Governor … or the President … as a day of thanksgiving, fasting or
  // religious observance". No clause fixes the day; the state's lists of 2014 and 2024 agree with Easter less two days.
  { id: 'good-friday', kind: 'proclaimed', of: (year) => plusDays(easter(year), -2) },
  // "the last Monday in May": the first one on or after the 25th
  { id: 'memorial', kind: 'legal', of: (year) => onOrAfter(date(year, 5, 25), 1) },
  // "the nineteenth day of June": P.A. 22-128, in force from 1 October 2022, so first kept in 2023
  { id: 'juneteenth', kind: 'legal', of: (year) => date(year, 6, 19), since: 2023 },
  // "the fourth day of July"
  { id: 'independence', kind: 'legal', of: (year) => date(year, 7, 4) },
  // "the first Monday in September"
  { id: 'labor', kind: 'legal', of: (year) => nth(year, 9, 1, 1) },
  // "the second Monday in October"
  { id: 'columbus', kind: 'legal', of: (year) => nth(year, 10, 1, 2) },
  // "the eleventh day of November"
  { id: 'veterans', kind: 'legal', of: (year) => date(year, 11, 11) },
  // Proclaimed, as Good Friday is; the lists agree with the fourth Thursday.
  { id: 'thanksgiving', kind: 'proclaimed', of: (year) => nth(year, 11, 4, 4) },
  // "the twenty-fifth day of December"
  { id: 'christmas', kind: 'legal', of: (year) => date(year, 12, 25) },
];

export type Expected = { id: string; kind: 'legal' | 'proclaimed'; day: Day; of: Day };

/** The days on which the formulas expect a holiday to be kept, in order. `of`: the day that the clause names. */
export function expectedHolidays(from: Day, to: Day): Expected[] {
  const expected: Expected[] = [];
  // New Year's Day of the year after may be kept on 31 December.
  for (let year = Number(from.slice(0, 4)); year <= Number(to.slice(0, 4)) + 1; year++) {
    for (const { id, kind, of, since } of formulas) {
      if (since !== undefined && year < since) continue;
      const named = of(year);
      const day = kept(named);
      if (day >= from && day <= to) expected.push({ id, kind, day, of: named });
    }
  }
  return expected.sort((a, b) => (a.day < b.day ? -1 : 1));
}

/** "occurs upon a Sunday, the Monday next following … upon a Saturday, the Friday immediately preceding" */
function kept(day: Day): Day {
  const number = weekday(day);
  if (number === 6) return plusDays(day, -1);
  return number === 0 ? plusDays(day, 1) : day;
}

/**
 * Where rows and formulas differ, in both directions; empty when they agree. A proclaimed row that no formula expects is
 * no fault: a Governor or President may appoint any day.
 */
export function holidayFaults(calendar: Calendar): { day: Day; message: string }[] {
  const expected = expectedHolidays(calendar.from, calendar.to);
  const byDay = new Map(expected.map((each) => [each.day, each]));
  const missing = expected
    .filter(({ day, kind }) => calendar.holidays.get(day)?.kind !== kind)
    .map(({ day, id, kind }) => ({ day, message: `${id} (${kind}) is expected and not there` }));
  const unexpected = [...calendar.holidays.values()]
    .filter(({ day, kind }) => kind === 'legal' && byDay.get(day)?.kind !== 'legal')
    .map(({ day, name }) => ({ day, message: `${name.en} is no legal holiday by C.G.S. §1-4` }));
  return [...missing, ...unexpected];
}

const day = z.string().refine(isDay, 'a day is written YYYY-MM-DD');
const words = z.strictObject({ en: z.string().min(1), es: z.string().min(1) });

/** How a file of holidays is written (docs/deadlines.md). A source read by nobody (`how: memory`) verifies nothing. */
export const holidaysFile = z.strictObject({
  from: day,
  to: day,
  sources: z.record(
    z.string(),
    z.strictObject({
      instrument: z.string().min(1),
      level: z.enum(['state', 'city', 'policy', 'terms', 'guide']),
      locator: z.string().min(1),
      publisher: z.string().min(1),
      url: z.url().optional(),
      published: day.optional(),
      readAt: day,
      how: z.enum(['text', 'secondary', 'memory']),
    }),
  ),
  holidays: z.array(
    z.strictObject({
      day,
      name: words,
      kind: z.enum(['legal', 'proclaimed', 'closure']),
      source: z.string().min(1),
    }),
  ),
});

/** @throws Refusal `invalid`: a day twice or outside the file's range, or a source that the file does not describe */
export function calendarOf({ from, to, sources, holidays }: z.infer<typeof holidaysFile>): Calendar {
  const rows = holidays.map((row): Holiday => {
    const source = Object.hasOwn(sources, row.source) ? sources[row.source] : undefined;
    if (!source)
      throw new Refusal('invalid', `${row.day}: source "${row.source}" is not among the file's sources`);
    return source.how === 'memory' ? { ...row, unverified: true } : row;
  });
  return makeCalendar({ from, to }, rows);
}

function date(year: number, month: number, dayOfMonth: number): Day {
  return new Date(Date.UTC(year, month - 1, dayOfMonth)).toISOString().slice(0, 10);
}

function onOrAfter(from: Day, number: number): Day {
  return plusDays(from, (number - weekday(from) + 7) % 7);
}

function nth(year: number, month: number, number: number, count: number): Day {
  return plusDays(onOrAfter(date(year, month, 1), number), 7 * (count - 1));
}

/** Easter Sunday of the Gregorian calendar (the anonymous computus, as in Meeus, Astronomical Algorithms, chapter 8). */
function easter(year: number): Day {
  const a = year % 19;
  const century = Math.floor(year / 100);
  const rest = year % 100;
  const shift = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * a + century - Math.floor(century / 4) - shift + 15) % 30;
  const sunday = (32 + 2 * (century % 4) + 2 * Math.floor(rest / 4) - epact - (rest % 4)) % 7;
  const late = Math.floor((a + 11 * epact + 22 * sunday) / 451);
  const sum = epact + sunday - 7 * late + 114;
  return date(year, Math.floor(sum / 31), (sum % 31) + 1);
}
