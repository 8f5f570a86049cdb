import { Problem } from '../../kit/problem.ts';
import { parseShortCode } from '../../kit/short-code.ts';

/**
 * A choice of readings of one dataset, as it stands in a URL: which sensors and measures, which period, how fine, and
 * what becomes of readings outside the plausible range. It has no states. Safe for the browser.
 *
 *   sensor=5K&sensor=5M   short codes of Things, repeatable; none means every sensor
 *   measure=3             ids of ObservedProperties, repeatable; none means every measure
 *   period=24h|7d|30d|90d|latest|all, or from=2026-11-01&to=2026-11-07 (local dates of the city, both inclusive)
 *   resolution=raw|hourly|daily
 *   flagged=leave-out|include
 */
export type Choice = {
  sensors: string[];
  measures: string[];
  period: Period;
  resolution: Resolution;
  flagged: 'leave-out' | 'include';
};

export const presets = ['24h', '7d', '30d', '90d', 'latest', 'all'] as const;
export const resolutions = ['raw', 'hourly', 'daily'] as const;
export const flaggedValues = ['leave-out', 'include'] as const;

/** `latest`: the last seven days that hold readings, wherever they lie. */
export type Preset = (typeof presets)[number];
export type Resolution = (typeof resolutions)[number];
/** A missing `from` or `to` leaves that side open. Local dates, YYYY-MM-DD, both inclusive. */
export type Dates = { from?: string; to?: string };
export type Period = { preset: Preset } | Dates;

/** What a parameter that is absent means. A choice that was serialized says everything, so it needs none of this. */
export type Defaults = Pick<Choice, 'period' | 'resolution' | 'flagged'>;
/** A download without parameters is the whole dataset as it was measured. */
export const downloadDefaults: Defaults = {
  period: { preset: 'all' },
  resolution: 'raw',
  flagged: 'include',
};
export const exploreDefaults: Defaults = {
  period: { preset: 'latest' },
  resolution: 'hourly',
  flagged: 'leave-out',
};

/** More would make an address that proxies cut off. */
export const maxValues = 500;

const names = ['sensor', 'measure', 'period', 'from', 'to', 'resolution', 'flagged'];

/**
 * Reads a choice from the query of a URL. Empty values count as absent (a form sends them). A parameter that is unknown
 * is refused when `strict` (a program’s typing error must not widen what it gets), else ignored. Throws Problem `invalid` that names the parameter and what it may be.
 */
export function parseChoice(query: URLSearchParams, defaults: Defaults, strict = false): Choice {
  if (strict) refuseUnknown(query);
  const sensors = many(query, 'sensor').map((code) => {
    const parsed = parseShortCode(code);
    if (!parsed) throw wrong('sensor', code, 'a sensor’s short code, as in the address of its page');
    return parsed.code;
  });
  const measures = many(query, 'measure').map((id) => {
    if (!/^[1-9]\d{0,18}$/.test(id)) throw wrong('measure', id, 'the number of a measure (ObservedProperty)');
    return id;
  });
  return {
    sensors: [...new Set(sensors)],
    measures: [...new Set(measures)],
    period: parsePeriod(query, defaults.period, strict),
    resolution: oneOf(query, 'resolution', resolutions) ?? defaults.resolution,
    flagged: oneOf(query, 'flagged', flaggedValues) ?? defaults.flagged,
  };
}

/** The query that `parseChoice` reads back as this very choice, whatever its defaults. */
export function serializeChoice(choice: Choice): URLSearchParams {
  const query = new URLSearchParams();
  for (const code of choice.sensors) query.append('sensor', code);
  for (const id of choice.measures) query.append('measure', id);
  if ('preset' in choice.period) query.set('period', choice.period.preset);
  else {
    if (choice.period.from) query.set('from', choice.period.from);
    if (choice.period.to) query.set('to', choice.period.to);
  }
  query.set('resolution', choice.resolution);
  query.set('flagged', choice.flagged);
  return query;
}

function parsePeriod(query: URLSearchParams, fallback: Period, strict: boolean): Period {
  const from = date(query, 'from');
  const to = date(query, 'to');
  const preset = oneOf(query, 'period', [...presets, 'dates'] as const);
  // A form sends its date fields along with the preset; `period=dates` says that the fields count.
  if (preset && preset !== 'dates') {
    if (strict && (from || to)) {
      throw new Problem('invalid', `Give either “period=${preset}” or “from” and “to”, not both.`, {
        details: { parameter: 'period', value: preset },
      });
    }
    return { preset };
  }
  if (!from && !to) {
    if (preset === 'dates') {
      throw new Problem('invalid', '“period=dates” needs “from”, “to” or both: dates such as 2026-11-21.', {
        details: { parameter: 'from' },
      });
    }
    return fallback;
  }
  if (from && to && to < from) {
    throw new Problem('invalid', `“to” (${to}) lies before “from” (${from}): exchange them.`, {
      details: { parameter: 'to', value: to },
    });
  }
  return { ...(from ? { from } : {}), ...(to ? { to } : {}) };
}

function many(query: URLSearchParams, name: string): string[] {
  const values = query
    .getAll(name)
    .map((value) => value.trim())
    .filter((value) => value !== '');
  if (values.length > maxValues) {
    throw new Problem(
      'invalid',
      `“${name}” is given ${values.length} times; at most ${maxValues} are taken.`,
      {
        details: { parameter: name, most: maxValues },
      },
    );
  }
  return values;
}

function one(query: URLSearchParams, name: string): string | undefined {
  const values = many(query, name);
  if (values.length > 1) {
    throw new Problem(
      'invalid',
      `“${name}” is given ${values.length} times (${values.join(', ')}): give it once.`,
      {
        details: { parameter: name },
      },
    );
  }
  return values[0];
}

function oneOf<Value extends string>(
  query: URLSearchParams,
  name: string,
  allowed: readonly Value[],
): Value | undefined {
  const text = one(query, name);
  if (text === undefined) return undefined;
  const value = allowed.find((each) => each === text);
  if (!value) throw wrong(name, text, `one of ${allowed.join(', ')}`, { allowed });
  return value;
}

function date(query: URLSearchParams, name: 'from' | 'to'): string | undefined {
  const text = one(query, name);
  if (text !== undefined && !isDate(text)) {
    throw wrong(name, text, 'a date of the calendar, year-month-day, such as 2026-11-21');
  }
  return text;
}

/** Years 1900 to 2199: what a sensor may have measured, and what every database and calendar here agrees on. */
export function isDate(text: string): boolean {
  if (!/^(19|20|21)\d\d-\d\d-\d\d$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function refuseUnknown(query: URLSearchParams): void {
  for (const name of query.keys()) {
    if (names.includes(name)) continue;
    throw new Problem('invalid', `There is no parameter “${shorten(name)}”. There are ${names.join(', ')}.`, {
      details: { parameter: shorten(name), allowed: names },
    });
  }
}

function wrong(name: string, value: string, allowed: string, details: Record<string, unknown> = {}): Problem {
  return new Problem('invalid', `“${name}=${shorten(value)}” is wrong: it must be ${allowed}.`, {
    details: { parameter: name, value: shorten(value), ...details },
  });
}

const shorten = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
