import { Problem } from '../../kit/problem.ts';
import { compileOrderValue, type Scope } from './filter.ts';
import type { Value } from './filter-value.ts';
import { model } from './model.ts';
import type { Statement } from './sql.ts';
import type { Expression, Order } from './tree.ts';

/** One column of the order in which a collection is read. The last of them is unique, so a place in it is exact. */
export type SortKey = { sql: string; type: string; descending: boolean; required: boolean };

/**
 * The order of a collection: what was asked for, then the id. Without a wish, by id; readings of one Datastream by
 * their time, because that is how they lie in the index.
 */
export function sortKeys(wish: readonly Order[], scope: Scope, ofOneDatastream: boolean): SortKey[] {
  const { alias, kind } = scope.row;
  const keys = wish.flatMap(({ by, descending }) => {
    const { value, wrap } = compileOrderValue(by, scope);
    const required = isRequired(by, scope);
    return columns(value, scope.statement, by).map(([sql, type]) => ({
      sql: wrap(sql),
      type,
      descending,
      required,
    }));
  });
  if (keys.length === 0 && kind === 'observation' && ofOneDatastream) {
    keys.push({ sql: `${alias}.phenomenon_start`, type: 'timestamptz', descending: false, required: true });
  }
  const id = `${alias}.id`;
  const known = keys.findIndex((key) => key.sql === id);
  if (known >= 0) return keys.slice(0, known + 1);
  return [...keys, { sql: id, type: 'bigint', descending: keys.at(-1)?.descending ?? false, required: true }];
}

function isRequired(by: Expression, { dialect, row }: Scope): boolean {
  const [name = '', ...more] = by.kind === 'path' ? by.names : [];
  if (more.length > 0) return false;
  if (dialect.idNames.includes(name)) return true;
  const property = Object.hasOwn(model[row.kind].properties, name)
    ? model[row.kind].properties[name]
    : undefined;
  return property?.required === true && property.type !== 'result';
}

function columns(value: Value, statement: Statement, by: Expression): [sql: string, type: string][] {
  switch (value.type) {
    case 'number':
      return [[value.sql, 'double precision']];
    case 'id':
      return [[value.sql, 'bigint']];
    case 'boolean':
      // PostgreSQL refuses a bare constant here, and `true` is one.
      return [[`(${value.sql} or false)`, 'boolean']];
    case 'text':
    case 'date':
      return [[value.sql, value.type]];
    case 'timeOfDay':
      return [[value.sql, 'time']];
    case 'duration':
      return [[value.sql, 'interval']];
    case 'instant':
      return [[value.sql, 'timestamptz']];
    case 'interval':
      return [[value.start, 'timestamptz']];
    case 'json':
      return [[value.sql, 'jsonb']];
    case 'result':
      return [
        [value.number, 'double precision'],
        [value.json, 'jsonb'],
      ];
    case 'literal':
      return [[statement.bind(value.text), 'text']];
    case 'null':
      throw new Problem('invalid', `$orderby, character ${by.at + 1}: null gives no order.`);
  }
}

/** Nulls first going up, last going down [STA 1.1 §9.3.3.2]. */
export function orderBy(keys: readonly SortKey[]): string {
  return keys
    .map(({ sql, descending, required }) =>
      descending ? `${sql} desc${required ? '' : ' nulls last'}` : `${sql}${required ? '' : ' nulls first'}`,
    )
    .join(', ');
}

/** The place after a row, as text that may stand in an address: the row's keys, as JSON, in base64url. */
export function tokenSql(keys: readonly string[]): string {
  const array = `json_build_array(${keys.map((key) => `${key}::text`).join(', ')})::text`;
  return `translate(encode(convert_to(${array}, 'UTF8'), 'base64'), E'+/=\\n', '-_')`;
}

/** The condition "comes after the place that the token names". Throws Problem `invalid` for a token not of this order. */
export function afterToken(token: string, keys: readonly SortKey[], statement: Statement): string {
  const values = decode(token);
  if (values.length !== keys.length) throw foreign();
  const places = keys.map((key, index) => {
    const value = values[index];
    if (value === null && key.required) throw foreign();
    return { ...key, value: typeof value === 'string' ? statement.bind(value, key.type) : undefined };
  });
  const [first] = places;
  if (first && places.every((place) => place.required && place.descending === first.descending)) {
    // One comparison of rows, which the index on these columns answers from the right place.
    const row = (of: (place: (typeof places)[number]) => string | undefined) =>
      `(${places.map(of).join(', ')})`;
    return `${row((place) => place.sql)} ${first.descending ? '<' : '>'} ${row((place) => place.value)}`;
  }
  return places.reduceRight((rest, { sql, descending, required, value }) => {
    const beyond = value
      ? descending
        ? `${sql} < ${value}${required ? '' : ` or ${sql} is null`}`
        : `${sql} > ${value}`
      : descending
        ? 'false'
        : `${sql} is not null`;
    const level = value ? `${sql} = ${value}` : `${sql} is null`;
    return rest === '' ? `(${beyond})` : `(${beyond} or (${level} and ${rest}))`;
  }, '');
}

function decode(token: string): (string | null)[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    throw foreign();
  }
  if (!Array.isArray(parsed)) throw foreign();
  return parsed.map((value: unknown) => {
    if (value !== null && typeof value !== 'string') throw foreign();
    return value;
  });
}

function foreign(): Problem {
  return new Problem(
    'invalid',
    'The $skiptoken does not belong to this query. Follow the next link as it was given, or begin at the first page.',
    { details: { option: '$skiptoken' } },
  );
}
