import type { Queryable } from '../../kit/database.ts';
import type { DatasetDatastream, OpenDataset } from '../readings/datastreams.ts';
import { invalid } from './input.ts';

/**
 * Readings as a table of the DataStore: the columns that downloads have, and `_id`. A column is either the same for a
 * whole Datastream, and then known before any reading is looked at, or told by SQL over a reading `o`.
 */
export type Field = { id: string; type: 'int' | 'text' | 'timestamp' | 'numeric' | 'json' | 'bool' | 'date' };
export type Search = {
  filters: Record<string, unknown>;
  /** Words sought in all columns, or in one each. */
  q: Record<string, string> | string | undefined;
  plain: boolean;
  language: string;
  distinct: boolean;
  fields: string[] | undefined;
  sort: { field: string; descending: boolean; nulls?: 'first' | 'last' }[];
  limit: number;
  offset: number;
  wantTotal: boolean;
  asLists: boolean;
};
export type Found = { fields: Field[]; records: string; total: number | undefined };

const implausible = `coalesce(o.result_quality @> '{"plausible": false}', false)`;
const utc = (time: string) => `to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

const same = {
  dataset: (_: DatasetDatastream, { slug }: OpenDataset) => slug,
  sensor: (of: DatasetDatastream) => of.sensor,
  sensor_name: (of: DatasetDatastream) => of.sensorName,
  series: (of: DatasetDatastream) => of.name,
  measure: (of: DatasetDatastream) => of.measure,
  unit: (of: DatasetDatastream) => of.unit,
  time_zone: (_: DatasetDatastream, { zone }: OpenDataset) => zone,
};
const own = {
  _id: { shown: 'o.id', ordered: 'o.id', text: 'o.id::text' },
  time_utc: {
    shown: utc('o.phenomenon_start'),
    ordered: 'o.phenomenon_start',
    text: utc('o.phenomenon_start'),
  },
  time_end_utc: {
    shown: utc('o.phenomenon_end'),
    ordered: 'o.phenomenon_end',
    text: utc('o.phenomenon_end'),
  },
  time_local: {
    shown: `to_char(o.phenomenon_start at time zone s.time_zone, 'YYYY-MM-DD"T"HH24:MI:SS')`,
    ordered: 'o.phenomenon_start',
    text: `to_char(o.phenomenon_start at time zone s.time_zone, 'YYYY-MM-DD"T"HH24:MI:SS')`,
  },
  result: {
    shown: 'coalesce(to_jsonb(o.result_number), o.result_json)',
    ordered: 'o.result_number, o.result_json',
    text: `coalesce(o.result_number::text, o.result_json #>> '{}')`,
  },
  flag: {
    shown: `case when ${implausible} then 'implausible' end`,
    ordered: implausible,
    text: `case when ${implausible} then 'implausible' end`,
  },
};
type Same = keyof typeof same;
type Own = keyof typeof own;
const isSame = (name: string): name is Same => Object.hasOwn(same, name);
const isOwn = (name: string): name is Own => Object.hasOwn(own, name);

export function readingFields(onlyNumbers: boolean): Field[] {
  const type = (id: string): Field['type'] =>
    id === '_id'
      ? 'int'
      : id.startsWith('time_') && id !== 'time_zone'
        ? 'timestamp'
        : id === 'result'
          ? onlyNumbers
            ? 'numeric'
            : 'json'
          : 'text';
  const order =
    '_id dataset sensor sensor_name series measure unit time_utc time_end_utc time_local time_zone result flag';
  return order.split(' ').map((id) => ({ id, type: type(id) }));
}

/** Errors: invalid, by the parameter. */
export async function searchReadings(
  db: Queryable,
  dataset: OpenDataset,
  all: readonly DatasetDatastream[],
  fields: Field[],
  search: Search,
): Promise<Found> {
  const there = (name: string, parameter: string) => {
    if (!isSame(name) && !isOwn(name)) throw invalid(parameter, `field "${name}" not in table`);
    return name;
  };
  for (const name of Object.keys(search.filters)) there(name, 'filters');
  for (const { field } of search.sort) there(field, 'sort');
  const shown = search.fields
    ? search.fields.map((name) => there(name, 'fields'))
    : fields.map(({ id }) => id);
  const told = shown.map((id) => fields.find((field) => field.id === id) as Field);

  const datastreams = all.filter(
    (each) =>
      each.readings > 0 &&
      Object.entries(search.filters).every(
        ([name, value]) =>
          !isSame(name) || [value].flat().some((one) => String(one) === same[name](each, dataset)),
      ),
  );
  const values: unknown[] = [];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const list = (rows: readonly DatasetDatastream[]) =>
    parameter(
      JSON.stringify(
        rows.map((each, position) => ({
          id: each.id,
          position,
          ...Object.fromEntries(Object.entries(same).map(([name, of]) => [name, of(each, dataset)])),
        })),
      ),
    );
  const series = `jsonb_to_recordset($1::jsonb) as s (id bigint, position int, ${Object.keys(same)
    .map((name) => `${name} text`)
    .join(', ')})`;
  const isSimple =
    !search.distinct &&
    search.q === undefined &&
    search.sort.length === 0 &&
    Object.keys(search.filters).every(isSame);
  const known = datastreams.reduce((sum, each) => sum + each.readings, 0);
  // In the usual order, sensor after sensor, how many readings each has tells where a page begins.
  const { rows, skip } = isSimple
    ? from(datastreams, search.offset, search.limit)
    : { rows: datastreams, skip: search.offset };
  list(rows);

  const conditions = [
    'o.datastream_id = s.id',
    ...Object.entries(search.filters).flatMap(([name, value]) =>
      isOwn(name) ? [filterSql(name, value, parameter)] : [],
    ),
    ...wordsSql(search, parameter, there),
  ];
  const orders = search.sort.map(({ field, descending, nulls }) => {
    const direction = `${descending ? 'desc' : 'asc'}${nulls ? ` nulls ${nulls}` : ''}`;
    return {
      inner: isOwn(field) ? own[field].ordered.split(', ').map((each) => `${each} ${direction}`) : [],
      outer: isOwn(field)
        ? own[field].ordered.split(', ').map((each) => `${each} ${direction}`)
        : [`s.${field} ${direction}`],
    };
  });
  const inner = [...orders.flatMap((order) => order.inner), 'o.phenomenon_start', 'o.id'];
  const outer = [...orders.flatMap((order) => order.outer), 's.position', 'o.phenomenon_start', 'o.id'];
  const expression = (name: string) => (isOwn(name) ? own[name].shown : `s.${name}`);
  const columns = shown.map((name) => `${expression(name)} as "${name}"`).join(', ');
  // Whoever closes the dataset meanwhile is obeyed: what is open is looked up in the statement that reads.
  const open = `exists (select from released.dataset ds where ds.id = ${parameter(dataset.id)} and ds.access = 'open')`;
  const most = parameter(skip + search.limit);
  const page = search.distinct
    ? `select distinct ${columns} from ${series}, lateral (select o.* from released.observation o
         where ${conditions.join(' and ')}) o where ${open}
       order by ${shown.map((_, index) => index + 1).join(', ')} limit ${parameter(search.limit)} offset ${parameter(skip)}`
    : `select ${columns} from ${series}, lateral (select o.* from released.observation o
         where ${conditions.join(' and ')} order by ${inner.join(', ')} limit ${most}) o where ${open}
       order by ${outer.join(', ')} limit ${parameter(search.limit)} offset ${parameter(skip)}`;
  const asList = `json_build_array(${shown.map((name) => `page."${name}"`).join(', ')})`;
  // PostgreSQL writes the records; ids beyond what JavaScript counts to stay whole.
  const { rows: answer } = await db.query<{ records: string | null; most: string }>(
    `select json_agg(${search.asLists ? asList : 'page'})::text as records, ${most}::bigint as most from (${page}) page`,
    values,
  );
  let total: number | undefined;
  if (search.wantTotal) {
    if (isSimple) total = known;
    else {
      const count = await db.query<{ count: number }>(
        `select count(*)::float8 as count from ${series} join released.observation o on ${conditions.join(' and ')}
         where ${open} and ${most}::bigint is not null`,
        values.slice(0, values.length - 2),
      );
      total = count.rows[0]?.count ?? 0;
    }
  }
  return { fields: told, records: answer[0]?.records ?? '[]', total };
}

function from(datastreams: readonly DatasetDatastream[], offset: number, limit: number) {
  let before = 0;
  let index = 0;
  for (; index < datastreams.length; index++) {
    const { readings } = datastreams[index] as DatasetDatastream;
    if (before + readings > offset) break;
    before += readings;
  }
  const rows: DatasetDatastream[] = [];
  for (let seen = before; index < datastreams.length && seen < offset + limit; index++) {
    const each = datastreams[index] as DatasetDatastream;
    rows.push(each);
    seen += each.readings;
  }
  return { rows, skip: offset - before };
}

function filterSql(name: Own, value: unknown, parameter: (value: unknown) => string): string {
  const wanted = [value].flat();
  if (wanted.length > 1000 || wanted.some((one) => typeof one === 'object' && one !== null)) {
    throw invalid('filters', `"${name}" must be a value, or a list of up to 1000`);
  }
  const { ordered, text } = own[name];
  const none = wanted.includes(null) ? [`${text} is null`] : [];
  const some = wanted.filter((one) => one !== null);
  if (some.length === 0) return `(${none.join(' or ') || 'false'})`;
  if (name === 'time_utc' || name === 'time_end_utc') {
    const times = some.map((one) =>
      Date.parse(/Z|[+-]\d\d:?\d\d$/.test(String(one)) ? String(one) : `${one}Z`),
    );
    if (times.some(Number.isNaN))
      throw invalid('filters', `"${name}" must be a time such as 2026-11-20T15:00:00`);
    const given = some.map((one) => (/Z|[+-]\d\d:?\d\d$/.test(String(one)) ? String(one) : `${one}Z`));
    return `(${[...none, `${ordered} = any(${parameter(given)}::timestamptz[])`].join(' or ')})`;
  }
  if (name === '_id') {
    if (some.some((one) => !/^\d{1,18}$/.test(String(one))))
      throw invalid('filters', '"_id" must be whole numbers');
    return `(${[...none, `o.id = any(${parameter(some.map(String))}::bigint[])`].join(' or ')})`;
  }
  const numbers = name === 'result' ? some.map(Number).filter(Number.isFinite) : [];
  const matches = [
    `${name === 'result' ? "o.result_json #>> '{}'" : text} = any(${parameter(some.map(String))}::text[])`,
  ];
  if (numbers.length > 0) matches.push(`o.result_number = any(${parameter(numbers)}::float8[])`);
  return `(${[...none, ...matches].join(' or ')})`;
}

function wordsSql(
  search: Search,
  parameter: (value: unknown) => string,
  there: (name: string, parameter: string) => string,
): string[] {
  const { q } = search;
  if (q === undefined) return [];
  const textOf = (name: string) => (isOwn(name) ? own[name].text : `s.${name}`);
  const everything = [...Object.keys(same), ...Object.keys(own)].map(textOf).join(', ');
  const asked = (words: string) =>
    `${search.plain ? 'plainto_tsquery' : 'to_tsquery'}(${parameter(search.language)}::regconfig, ${parameter(words)})`;
  const matches = (text: string, words: string) =>
    `to_tsvector(${parameter(search.language)}::regconfig, ${text}) @@ ${asked(words)}`;
  if (typeof q === 'string') return [matches(`concat_ws(' ', ${everything})`, q)];
  return Object.entries(q).map(([name, words]) =>
    matches(`coalesce(${textOf(there(name, 'q'))}::text, '')`, words),
  );
}
