import { Problem } from '../../kit/problem.ts';
import { type FoundTable, relationOf } from './find-table.ts';
import { type ColumnType, limits, type TableColumn, type TableFilter, type TableQuery } from './table.ts';

/**
 * A query of a table as one statement. Names and values that people gave are parameters; the text holds only what is
 * made here of positions and types.
 */
type Column = Pick<TableColumn, 'name' | 'type'> & { sql: string };

const sqlTypes: Record<ColumnType, string> = {
  text: 'text',
  integer: 'bigint',
  number: 'double precision',
  boolean: 'boolean',
  date: 'date',
  time: 'timestamptz',
  place: 'point',
};

const rowNumber: Column = { name: '_id', type: 'integer', sql: '_id' };

function columnsOf(table: FoundTable): Map<string, Column> {
  const columns = table.columns.map(({ name, type, position }) => ({ name, type, sql: `c${position}` }));
  return new Map([rowNumber, ...columns].map((column) => [column.name, column]));
}

function find(columns: Map<string, Column>, name: string): Column {
  const found = columns.get(name) ?? columns.get(name.normalize('NFC').trim());
  if (found) return found;
  throw new Problem(
    'invalid',
    `There is no column “${name.slice(0, 200)}”. There are: ${[...columns.keys()].slice(0, 50).join(', ')}.`,
    { details: { column: name.slice(0, 200) } },
  );
}

/** The columns asked for, `_id` first when none is named. */
export function fieldsOf(table: FoundTable, fields?: readonly string[]): Column[] {
  const columns = columnsOf(table);
  return fields ? [...new Set(fields)].map((name) => find(columns, name)) : [...columns.values()];
}

/** The same text as in private.index_relation (migration 0032), or the index of words is not used. */
export function wordsSql(columns: readonly Pick<TableColumn, 'type' | 'position'>[]): string | undefined {
  const texts = columns
    .filter(({ type }) => type === 'text')
    .map(({ position }) => `coalesce(c${position}, '')`);
  return texts.length === 0
    ? undefined
    : `to_tsvector('simple'::regconfig, "left"(${texts.join(` || ' ' || `)}, 20000))`;
}

/** Words as people type them: whole, or each the beginning of one. */
function wordsQuery(q: string, values: unknown[]): string {
  const beginnings = (q.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => `'${word}':*`).join(' & ');
  const whole = `websearch_to_tsquery('simple', $${values.push(q)})`;
  return beginnings ? `(${whole} || to_tsquery('simple', $${values.push(beginnings)}))` : whole;
}

function filterSql(
  table: FoundTable,
  columns: Map<string, Column>,
  filter: TableFilter,
  values: unknown[],
): string {
  const column = find(columns, filter.column);
  const { sql, type } = column;
  const given = filter.values;
  const [first = ''] = given;
  const parameter = (value: unknown, cast: string) => `$${values.push(value)}::${cast}`;
  const wrong = (what: string) =>
    new Problem('invalid', `The filter of “${column.name}” is wrong: ${what}.`, {
      details: { column: column.name },
    });
  if (filter.kind === 'empty') return first === 'no' ? `${sql} is not null` : `${sql} is null`;
  if (given.length === 0) throw wrong('it has no value');
  if (filter.kind === 'contains') {
    const like = `%${first.replaceAll(/[\\%_]/g, '\\$&')}%`;
    return `${type === 'text' ? sql : `${sql}::text`} ilike ${parameter(like, 'text')}`;
  }
  if (type === 'place') {
    if (filter.kind !== 'within')
      throw wrong('a place is asked for by its surroundings: west,south,east,north');
    const bounds = first.split(',').map(Number);
    if (bounds.length !== 4 || !bounds.every(Number.isFinite))
      throw wrong('give west,south,east,north in degrees');
    const [west, south, east, north] = bounds.map((bound) => parameter(bound, 'float8'));
    return `${sql} <@ box(point(${west}, ${south}), point(${east}, ${north}))`;
  }
  if (filter.kind === 'within') throw wrong('only a place lies within bounds');
  for (const value of given) if (!isOf(type, value)) throw wrong(`“${value.slice(0, 100)}” is no ${type}`);
  if (type === 'time' && filter.kind !== 'is' && /^\d{4}-\d\d-\d\d$/.test(first)) {
    // A whole day, by the clock of the table's city.
    const day = parameter(first, 'date');
    const zone = parameter(table.zone, 'text');
    return filter.kind === 'from'
      ? `${sql} >= (${day}::timestamp at time zone ${zone})`
      : `${sql} < ((${day} + 1)::timestamp at time zone ${zone})`;
  }
  if (filter.kind === 'from') return `${sql} >= ${parameter(first, sqlTypes[type])}`;
  if (filter.kind === 'to') return `${sql} <= ${parameter(first, sqlTypes[type])}`;
  if (type === 'text') {
    // The index holds the first 100 characters.
    const list = parameter(given, 'text[]');
    const heads = parameter(
      given.map((text) => [...text].slice(0, 100).join('')),
      'text[]',
    );
    return `("left"(${sql}, 100) = any(${heads}) and ${sql} = any(${list}))`;
  }
  return given.length === 1
    ? `${sql} = ${parameter(first, sqlTypes[type])}`
    : `${sql} = any(${parameter(given, `${sqlTypes[type]}[]`)})`;
}

const isoTime = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d(:?\d\d)?)?)?$/i;

/** Whether PostgreSQL will take it as a value of that type (but for days that no calendar has, which it tells). */
export function isOf(type: ColumnType, value: string): boolean {
  if (value.includes('\0')) return false;
  if (type === 'integer') return /^[+-]?\d{1,18}$/.test(value);
  if (type === 'number')
    return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(value) && Number.isFinite(Number(value));
  if (type === 'boolean') return /^(true|false|t|f|yes|no|1|0)$/i.test(value);
  if (type === 'date') return /^\d{4}-\d\d-\d\d$/.test(value);
  if (type === 'time') return isoTime.test(value);
  return true;
}

/** What rows are wanted, as a condition; `undefined` is every row. */
export function whereSql(table: FoundTable, query: TableQuery, values: unknown[]): string | undefined {
  const columns = columnsOf(table);
  const parts = (query.filters ?? []).map((filter) => filterSql(table, columns, filter, values));
  const q = query.q?.trim();
  if (q) {
    if (q.length > 500 || q.includes('\0'))
      throw new Problem('invalid', 'Search for at most 500 characters.');
    const words = wordsSql(table.columns);
    parts.push(words ? `${words} @@ ${wordsQuery(q, values)}` : 'false');
  }
  return parts.length === 0 ? undefined : parts.join(' and ');
}

/** `texts`: arrays of texts, for pages, where no number loses digits. */
export type RowForm = 'objects' | 'arrays' | 'texts' | 'csv';

/** A row as a line of text; the names of its columns are parameters. */
export function lineSql(columns: readonly Column[], form: RowForm, values: unknown[]): string {
  if (form === 'csv') return columns.map(csvField).join(` || ',' || `);
  const parts = columns.map((column, index) => {
    const name = form === 'objects' ? `$${values.push(`${JSON.stringify(column.name)}:`)}::text || ` : '';
    return `${index > 0 ? `',' || ` : ''}${name}${form === 'texts' ? jsonText(column) : jsonValue(column)}`;
  });
  const [open, close] = form === 'objects' ? ['{', '}'] : ['[', ']'];
  return `'${open}' || ${parts.join(' || ')} || '${close}'`;
}

function jsonText({ sql, type }: Column): string {
  const text =
    type === 'place'
      ? `${sql}[1] || ', ' || ${sql}[0]`
      : type === 'time'
        ? `to_json(${sql}) #>> '{}'`
        : `${sql}::text`;
  return `coalesce(to_json(${text})::text, 'null')`;
}

function jsonValue({ sql, type }: Column): string {
  if (type === 'place')
    return `coalesce('{"type":"Point","coordinates":[' || ${sql}[0] || ',' || ${sql}[1] || ']}', 'null')`;
  if (type === 'integer' || type === 'number') return `coalesce(${sql}::text, 'null')`;
  return `coalesce(to_json(${sql})::text, 'null')`;
}

/** A field of CSV [RFC 4180 §2]. A text that begins like a formula is run by spreadsheets: an apostrophe makes it text. */
function csvField({ sql, type }: Column): string {
  if (type === 'text')
    return `(select case when v is null then '' when v = '' or v ~ '[",\\r\\n]' then '"' || replace(v, '"', '""') || '"' else v end
      from (select case when ${sql} ~ '^[=+@\\t\\r-]' then '''' || ${sql} else ${sql} end as v) f)`;
  if (type === 'time') return `coalesce(to_json(${sql}) #>> '{}', '')`;
  if (type === 'place') return `coalesce('POINT (' || ${sql}[0] || ' ' || ${sql}[1] || ')', '')`;
  return `coalesce(${sql}::text, '')`;
}

function orderSql(table: FoundTable, sort: TableQuery['sort']): string[] {
  const columns = columnsOf(table);
  const parts: string[] = [];
  for (const { column: name, descending } of sort ?? []) {
    const { sql, type } = find(columns, name);
    if (type === 'place') throw new Problem('invalid', `Places have no order: do not sort by “${name}”.`);
    // As the index has it. Empty values come last, whichever way, but where the index is walked backwards.
    const key = type === 'text' ? `"left"(${sql}, 100)` : sql;
    parts.push(`${key}${descending ? ' desc' : ''}`);
    if (name === '_id') return parts;
  }
  return [...parts, sort?.at(-1)?.descending ? '_id desc' : '_id'];
}

/** A page of rows as one text, with how many they are and the number of the last one. */
export function pageSql(
  table: FoundTable,
  query: TableQuery,
  form: RowForm,
  /** The numbers of all rows that meet the query, where they have been looked up. */
  known?: readonly string[],
): { text: string; values: unknown[]; where: string | undefined; whereValues: unknown[] } {
  const values: unknown[] = [];
  const where = known ? `_id = any($${values.push(known)}::bigint[])` : whereSql(table, query, values);
  const whereValues = [...values];
  const limit = whole(query.limit ?? 100, 'limit', limits.rows);
  let offset = whole(query.offset ?? 0, 'offset', Number.MAX_SAFE_INTEGER);
  const order = orderSql(table, query.sort);
  const conditions = where === undefined ? [] : [where];
  if (query.after !== undefined) {
    if (!/^\d{1,18}$/.test(query.after) || order.join() !== '_id')
      throw new Problem('invalid', '“after” is the _id of the last row that was read, in the order of _id.');
    conditions.push(`_id > $${values.push(query.after)}::bigint`);
  } else if (where === undefined && offset > 0 && table.rows === table.lastRow && order.length === 1) {
    // Numbers without holes: the rows to pass over need not be walked.
    if (order[0] === '_id') conditions.push(`_id > $${values.push(offset)}::bigint`);
    if (order[0] === '_id desc') conditions.push(`_id <= $${values.push(table.rows - offset)}::bigint`);
    offset = 0;
  }
  const line = lineSql(fieldsOf(table, query.fields), form, values);
  const text = `select coalesce(string_agg(line, ${form === 'csv' ? `e'\\n'` : `e',\\n'`}), '') as body, count(*)::int as rows,
      (array_agg(_id))[count(*)] as last
    from (select _id, ${line} as line from ${relationOf(table)}
      ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
      order by ${order.join(', ')} limit ${limit} offset ${offset}) page`;
  return { text, values, where, whereValues };
}

function whole(value: number, name: string, most: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return Math.min(value, most);
  throw new Problem('invalid', `“${name}” is a whole number from 0.`, { details: { parameter: name } });
}
