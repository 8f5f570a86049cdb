import { asSpan, temporal } from './filter-time.ts';
import { asNumber, asText, type Value } from './filter-value.ts';
import type { Statement } from './sql.ts';

type ParameterType = 'text' | 'number' | 'time';
type Signature = {
  takes: readonly ParameterType[];
  optional?: number;
  gives: 'text' | 'number' | 'boolean' | 'date' | 'timeOfDay' | 'instant';
  sql(...args: string[]): string;
};

const part = (field: string): Signature => ({
  takes: ['time'],
  gives: 'number',
  sql: (time) => `extract(${field} from ${time} at time zone 'UTC')::double precision`,
});
const number = (name: string): Signature => ({
  takes: ['number'],
  gives: 'number',
  sql: (x) => `${name}(${x})`,
});

/** The built-in functions [STA 1.1 §9.3.3.5.2], on texts counted in characters, times in UTC, numbers as doubles. */
const functions: Record<string, Signature> = {
  substringof: {
    takes: ['text', 'text'],
    gives: 'boolean',
    sql: (needle, text) => `strpos(${text}, ${needle}) > 0`,
  },
  contains: {
    takes: ['text', 'text'],
    gives: 'boolean',
    sql: (text, needle) => `strpos(${text}, ${needle}) > 0`,
  },
  startswith: {
    takes: ['text', 'text'],
    gives: 'boolean',
    sql: (text, start) => `starts_with(${text}, ${start})`,
  },
  endswith: {
    takes: ['text', 'text'],
    gives: 'boolean',
    sql: (text, end) => `right(${text}, length(${end})) = ${end}`,
  },
  length: { takes: ['text'], gives: 'number', sql: (text) => `length(${text})::double precision` },
  indexof: {
    takes: ['text', 'text'],
    gives: 'number',
    sql: (text, x) => `(strpos(${text}, ${x}) - 1)::double precision`,
  },
  substring: {
    takes: ['text', 'number', 'number'],
    optional: 1,
    gives: 'text',
    // Counted from 0; a place before the start is the start, a negative length is none.
    sql: (text, from, length) =>
      length === undefined
        ? `substr(${text}, ${position(from)} + 1)`
        : `substr(${text}, ${position(from)} + 1, ${position(length)})`,
  },
  tolower: { takes: ['text'], gives: 'text', sql: (text) => `lower(${text})` },
  toupper: { takes: ['text'], gives: 'text', sql: (text) => `upper(${text})` },
  trim: { takes: ['text'], gives: 'text', sql: (text) => `btrim(${text}, E' \\t\\n\\r')` },
  concat: { takes: ['text', 'text'], gives: 'text', sql: (a, b) => `(${a} || ${b})` },
  year: part('year'),
  month: part('month'),
  day: part('day'),
  hour: part('hour'),
  minute: part('minute'),
  second: {
    takes: ['time'],
    gives: 'number',
    sql: (time) => `floor(extract(second from ${time}))::double precision`,
  },
  fractionalseconds: {
    takes: ['time'],
    gives: 'number',
    sql: (time) => `(extract(second from ${time}) - floor(extract(second from ${time})))::double precision`,
  },
  date: { takes: ['time'], gives: 'date', sql: (time) => `(${time} at time zone 'UTC')::date` },
  time: { takes: ['time'], gives: 'timeOfDay', sql: (time) => `(${time} at time zone 'UTC')::time` },
  // Times are stored in UTC; what offset a client wrote is not kept.
  totaloffsetminutes: {
    takes: ['time'],
    gives: 'number',
    sql: (time) => `(extract(epoch from ${time} - ${time}) / 60)::double precision`,
  },
  mindatetime: { takes: [], gives: 'instant', sql: () => `timestamptz '0001-01-01T00:00:00Z'` },
  maxdatetime: { takes: [], gives: 'instant', sql: () => `timestamptz '9999-12-31T23:59:59.999999Z'` },
  // Half away from zero [OData 4.0 §5.1.1.4.12]; PostgreSQL rounds doubles half to even.
  round: { takes: ['number'], gives: 'number', sql: (x) => `(sign(${x}) * floor(abs(${x}) + 0.5))` },
  floor: number('floor'),
  ceiling: number('ceil'),
};

const position = (number: string | undefined) => `least(greatest(${number}, 0), 1000000000)::int`;

const later = /^(st_\w+|geo\.\w+)$/i;

/** Calls a function, or says in words what is wrong with the call. */
export function callFunction(name: string, args: Value[], now: string, statement: Statement): Value | string {
  if (later.test(name)) return `the geospatial function ${name} is not served yet`;
  if (name === 'now') {
    return args.length === 0
      ? { type: 'instant', sql: statement.bind(now, 'timestamptz') }
      : 'now() takes nothing';
  }
  const relation = Object.hasOwn(temporal, name) ? temporal[name] : undefined;
  if (relation) {
    const [a, b] = args.map((arg) => asSpan(arg, statement));
    if (args.length !== 2 || !a || !b) return `${name} takes two times`;
    const sql = relation(a, b);
    return sql ? { type: 'boolean', sql } : `the second time that ${name} takes must be an interval`;
  }
  const signature = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (!signature) return `there is no function ${name}`;
  const { takes, optional = 0 } = signature;
  const sqls = args.map((arg, index) => convert(arg, takes[index], statement));
  if (args.length > takes.length || args.length < takes.length - optional || sqls.includes(undefined)) {
    return `${name} takes (${takes.join(', ') || 'nothing'})`;
  }
  return { type: signature.gives, sql: signature.sql(...(sqls as string[])) };
}

function convert(value: Value, type: ParameterType | undefined, statement: Statement): string | undefined {
  if (type === 'text') return asText(value, statement);
  if (type === 'number') return asNumber(value, statement);
  return type === 'time' ? asSpan(value, statement)?.start : undefined;
}
