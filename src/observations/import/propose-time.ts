import { LocalClock } from '../../kit/files/local-time.ts';
import { compileTimeFormat, tellsOffset } from '../../kit/files/time-format.ts';
import type { MappingInput } from './mapping.ts';

export type ProposedTime = MappingInput['time'];
export type TimeNote = 'ambiguous-day' | 'winter-time';

const dates = [
  'M/D/YYYY',
  'D/M/YYYY',
  'D.M.YYYY',
  'M-D-YYYY',
  'D-M-YYYY',
  'YYYY/M/D',
  'YYYY-M-D',
  'YYYYMMDD',
  'D-MMM-YYYY',
  'D MMM YYYY',
  'M/D/YY',
  'D/M/YY',
];
const clocks = [
  'H:mm',
  'H:mm:ss',
  'H.mm.ss',
  'H.mm',
  'H:mm:ss.SSS',
  'h:mm A',
  'h:mm:ss A',
  'h:mm:ss A Z',
  'H:mm:ss Z',
];
const nameOfTime = /time|date|fecha|hora|stamp|tijd|zeit|datum|moment|recv|measured/i;
const mostTried = 2000;

type Found = { columns: number[]; format: string; distinct: number; ambiguous: boolean };

/**
 * The time of the rows: the column, or a day and a clock in two, whose every value is one; of several, the one that
 * tells most moments. `values` gives a column's cells. Undefined when there is none.
 */
export function proposeTime(
  names: readonly string[],
  values: (at: number) => readonly string[],
  zone: string,
): { time: ProposedTime; columns: number[]; notes: TimeNote[] } | undefined {
  const found: Found[] = [];
  const days: Found[] = [];
  for (const [at, name] of names.entries()) {
    const one = formatOf(values(at), name);
    if (!one) continue;
    const entry = { columns: [at], ...one };
    if (/[Hh]|iso|epoch/.test(entry.format)) found.push(entry);
    else days.push(entry);
  }
  for (const day of days) {
    for (const [at] of names.entries()) {
      const clock = clockOf(values(at));
      const [first = 0] = day.columns;
      if (clock === undefined || at === first) continue;
      const texts = joined(values(first), values(at));
      found.push({
        columns: [first, at],
        format: `${day.format} ${clock}`,
        distinct: new Set(texts).size,
        ambiguous: day.ambiguous,
      });
    }
  }
  const score = ({ columns, distinct }: Found) =>
    distinct * (columns.some((at) => nameOfTime.test(names[at] ?? '')) ? 2 : 1);
  // A sort is stable: of equals the first column.
  const [best] = [...found, ...days].sort((a, b) => score(b) - score(a));
  if (!best) return undefined;
  const notes: TimeNote[] = best.ambiguous ? ['ambiguous-day'] : [];
  const [first = 0, second] = best.columns;
  const texts = second === undefined ? values(first) : joined(values(first), values(second));
  const offset =
    tellsOffset(best.format) ||
    (best.format === 'iso' && texts.some((text) => /Z$|[+-]\d\d:?\d\d$/.test(text)));
  const steady = offset ? undefined : winterTime(texts, best.format, zone);
  if (steady) notes.push('winter-time');
  const columnNames = best.columns.map((at) => names[at] ?? '');
  return {
    columns: best.columns,
    notes,
    time: {
      ...(columnNames.length === 1 ? { column: columnNames[0] } : { columns: columnNames }),
      format: best.format,
      ...(offset
        ? {}
        : { zone: steady ?? zone, repeated_hour: steady ? ('reject' as const) : ('earlier' as const) }),
      ...(days.includes(best) ? { covers: 'P1D' } : {}),
    },
  };
}

function formatOf(values: readonly string[], name: string): Omit<Found, 'columns'> | undefined {
  const given = values.filter((value) => value.trim() !== '').map((value) => value.trim());
  if (given.length === 0) return undefined;
  const distinct = new Set(given).size;
  const tried = thin(given);
  if (tried.every((value) => /^\d{10}(\d{3}|\d{6})?(\.\d+)?$/.test(value))) {
    const digits = (tried[0] ?? '').split('.')[0]?.length ?? 0;
    const seconds = Number(tried[0]) / 10 ** (digits - 10);
    // From 2001 to 2040, and called a time: other numbers have as many digits.
    if (!nameOfTime.test(name) || seconds < 978_307_200 || seconds > 2_208_988_800) return undefined;
    return {
      format: { 10: 'epoch-seconds', 13: 'epoch-ms' }[digits] ?? 'epoch-us',
      distinct,
      ambiguous: false,
    };
  }
  // A number is no time, though `YYYYMMDD` reads some.
  if (
    tried.every(
      (value) => /^[\d.,+-]+$/.test(value) && !/^\d{8}$/.test(value) && !/\d[.-]\d+[.-]\d/.test(value),
    )
  )
    return undefined;
  if (fits('iso', tried))
    return { format: dayOnly(tried) ? 'YYYY-MM-DD' : 'iso', distinct, ambiguous: false };
  const formats = dates.filter((format) => fits(format, tried));
  if (formats[0])
    return formats[0] === 'YYYYMMDD' && !nameOfTime.test(name)
      ? undefined
      : { format: formats[0], distinct, ambiguous: formats.length > 1 };
  for (const clock of clocks) {
    const moments = dates
      .flatMap((date) => [`${date} ${clock}`, `${date}[T]${clock}`])
      .filter((format) => fits(format, tried));
    if (moments[0]) return { format: moments[0], distinct, ambiguous: moments.length > 1 };
  }
  return undefined;
}

const dayOnly = (values: readonly string[]) => values.every((value) => /^\d{4}-\d\d-\d\d$/.test(value));

/** The clock alone, beside a column of days. */
function clockOf(values: readonly string[]): string | undefined {
  const given = thin(values.filter((value) => value.trim() !== '').map((value) => value.trim()));
  if (given.length === 0 || !given.every((value) => /^\d{1,2}[:.]\d\d/.test(value))) return undefined;
  return clocks.find((clock) =>
    fits(
      `YYYY-M-D ${clock}`,
      given.map((value) => `2020-1-1 ${value}`),
    ),
  );
}

function fits(format: string, values: readonly string[]): boolean {
  const read = compileTimeFormat(format);
  // A few that are wrong are for the rejects.
  const wrong = values.filter((value) => read(value) === undefined).length;
  return wrong * 50 <= values.length;
}

/** The zone of winter time, where the file tells times that summer time skips: its clock does not follow. */
function winterTime(texts: readonly string[], format: string, zone: string): string | undefined {
  const clock = new LocalClock(zone);
  const read = compileTimeFormat(format);
  for (const text of new Set(texts)) {
    const local = read(text.trim())?.local;
    if (local === undefined || clock.meaning(local).count !== 0) continue;
    // An hour before the hour that does not exist it is still winter.
    const winter = clock.meaning(local - 2 * 3_600_000_000);
    if (winter.count === 0) continue;
    const hours = (local - 2 * 3_600_000_000 - winter.earlier) / 3_600_000_000;
    // IANA writes the sign the other way round.
    if (Number.isInteger(hours))
      return hours === 0 ? 'UTC' : `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`;
  }
  return undefined;
}

function joined(days: readonly string[], clocksOf: readonly string[]): string[] {
  return days.map((day, at) => `${day.trim()} ${(clocksOf[at] ?? '').trim()}`.trim());
}

function thin(values: readonly string[]): readonly string[] {
  const step = Math.ceil(values.length / mostTried);
  return step <= 1 ? values : values.filter((_, at) => at % step === 0);
}
