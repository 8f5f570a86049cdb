import type { Property } from './model.ts';
import { column, type Statement, secondColumn } from './sql.ts';

/** An expression on its way to SQL, with the type that decides how it is compared. */
export type Value =
  | {
      type: 'number' | 'text' | 'boolean' | 'instant' | 'duration' | 'date' | 'timeOfDay' | 'id';
      sql: string;
    }
  /** `end` undefined: known to be an instant. Null at run time: this row's is. */
  | { type: 'interval'; start: string; end: string }
  /** `text` is what the JSON value reads as without quotation marks. */
  | { type: 'json'; sql: string; text: string }
  | { type: 'result'; number: string; json: string }
  /** Not yet of a type: the other side decides. */
  | { type: 'literal'; of: 'number' | 'string'; text: string }
  | { type: 'null' };

export type ValueType = Value['type'];

export function propertyValue(alias: string, property: Property): Value {
  const sql = column(alias, property);
  switch (property.type) {
    case 'text':
    case 'instant':
      return { type: property.type, sql };
    case 'json':
      return { type: 'json', sql, text: `${sql} #>> '{}'` };
    case 'interval':
      return { type: 'interval', start: sql, end: secondColumn(alias, property) };
    case 'result':
      return { type: 'result', number: sql, json: secondColumn(alias, property) };
  }
}

/** A member inside a JSON value: `properties/pole/height`, `intArray[1]`. */
export function jsonMember(value: Value, names: readonly string[], statement: Statement): Value | undefined {
  const json = asJson(value, statement);
  if (!json) return undefined;
  const path = statement.bind(arrayLiteral(jsonPath(names)), 'text[]');
  return { type: 'json', sql: `(${json} #> ${path})`, text: `(${json} #>> ${path})` };
}

/** `['objArray[0]', 'string']` → `['objArray', '0', 'string']` */
export function jsonPath(names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const [first = '', ...indexes] = name.split('[');
    return [first, ...indexes.map((index) => index.replace(']', ''))].filter((part) => part !== '');
  });
}

export function arrayLiteral(parts: readonly string[]): string {
  return `{${parts.map((part) => `"${part.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}

export function asJson(value: Value, statement: Statement): string | undefined {
  switch (value.type) {
    case 'json':
      return value.sql;
    case 'result':
      return `coalesce(to_jsonb(${value.number}), ${value.json})`;
    case 'boolean':
      return `to_jsonb(${value.sql})`;
    case 'literal':
      return value.of === 'number'
        ? statement.bind(value.text, 'jsonb')
        : `to_jsonb(${statement.bind(value.text)})`;
    default:
      return undefined;
  }
}

/** As a number (double precision), or undefined when that makes no sense. JSON that is no number becomes null. */
export function asNumber(value: Value, statement: Statement): string | undefined {
  switch (value.type) {
    case 'number':
      return value.sql;
    case 'id':
      return `${value.sql}::double precision`;
    case 'result':
      return value.number;
    case 'json':
      return `(case jsonb_typeof(${value.sql}) when 'number' then (${value.sql})::double precision end)`;
    case 'literal':
      return value.of === 'number' ? statement.bind(value.text, 'double precision') : undefined;
    default:
      return undefined;
  }
}

export function asText(value: Value, statement: Statement): string | undefined {
  switch (value.type) {
    case 'text':
      return value.sql;
    case 'number':
    case 'id':
    case 'boolean':
      return `(${value.sql})::text`;
    case 'json':
      return value.text;
    case 'result':
      return `coalesce(${value.number}::text, ${value.json} #>> '{}')`;
    case 'literal':
      return statement.bind(value.text);
    default:
      return undefined;
  }
}

export function asBoolean(value: Value): string | undefined {
  if (value.type === 'boolean') return value.sql;
  const json = value.type === 'json' ? value.sql : value.type === 'result' ? value.json : undefined;
  return json && `(case jsonb_typeof(${json}) when 'boolean' then (${json})::boolean end)`;
}
