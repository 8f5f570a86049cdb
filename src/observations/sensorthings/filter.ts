import { Problem } from '../../kit/problem.ts';
import { callFunction } from './filter-functions.ts';
import { asSpan, compareSpans } from './filter-time.ts';
import {
  asBoolean,
  asJson,
  asNumber,
  asText,
  jsonMember,
  propertyValue,
  type Value,
} from './filter-value.ts';
import { type Kind, type Link, model } from './model.ts';
import { type Dialect, findLink, findProperty } from './names.ts';
import type { Statement } from './sql.ts';
import type { Comparison, Expression, PathExpression } from './tree.ts';

/** What names in an expression stand for: the row itself, and rows that `any` and `all` have named. */
export type Scope = {
  statement: Statement;
  dialect: Dialect;
  now: string;
  /** For messages: `$filter`, `$orderby`. */
  option: string;
  row: { kind: Kind; alias: string };
  variables?: ReadonlyMap<string, { kind: Kind; alias: string }>;
};

/** Related rows that one comparison needs; a path that is walked twice is joined once. */
class Joins {
  readonly from: string[] = [];
  readonly conditions: string[] = [];
  toMany = false;
  #known = new Map<string, string>();

  follow(scope: Scope, parent: string, key: string, link: Link): string {
    const known = this.#known.get(`${parent}.${key}`);
    if (known) return known;
    const alias = scope.statement.alias();
    this.from.push(scope.statement.from(link.to, alias));
    this.conditions.push(...scope.statement.linked(link, parent, alias));
    if (link.many) this.toMany = true;
    this.#known.set(`${parent}.${key}`, alias);
    return alias;
  }

  get empty(): boolean {
    return this.from.length === 0;
  }

  exists(condition: string): string {
    if (this.empty) return condition;
    return `exists (select from ${this.from.join(', ')} where ${[...this.conditions, condition].join(' and ')})`;
  }
}

/** A condition in SQL. Throws Problem `invalid` with the position of what makes no sense. */
export function compileCondition(expression: Expression, scope: Scope): string {
  switch (expression.kind) {
    case 'logic':
      return `(${compileCondition(expression.left, scope)} ${expression.op} ${compileCondition(expression.right, scope)})`;
    case 'not':
      return `not ${compileCondition(expression.operand, scope)}`;
    case 'any':
    case 'all':
      return compileQuantifier(expression, scope);
    case 'compare':
      return compileComparison(expression, scope);
    case 'in':
      return compileMembership(expression, scope);
    default: {
      const joins = new Joins();
      const sql = asBoolean(compileValue(expression, scope, joins));
      if (!sql) fail(scope, expression.at, 'is neither true nor false; compare it with something');
      return `(${joins.exists(sql)})`;
    }
  }
}

/** A value to sort by. Relations to one are followed; of many there is no one value. */
export function compileOrderValue(
  expression: Expression,
  scope: Scope,
): { value: Value; wrap(sql: string): string } {
  const joins = new Joins();
  const value = compileValue(expression, scope, joins);
  if (joins.toMany) fail(scope, expression.at, 'leads to many entities; sort by one value');
  return {
    value,
    wrap: (sql) =>
      joins.empty
        ? sql
        : `(select ${sql} from ${joins.from.join(', ')} where ${joins.conditions.join(' and ')})`,
  };
}

function fail(scope: Scope, at: number, message: string): never {
  throw new Problem('invalid', `${scope.option}, character ${at + 1}: ${message}.`, {
    details: { option: scope.option, position: at + 1 },
  });
}

type Compare = Extract<Expression, { kind: 'compare' }>;

function compileComparison({ op, left, right, at }: Compare, scope: Scope): string {
  const joins = new Joins();
  const a = compileValue(left, scope, joins);
  const b = compileValue(right, scope, joins);
  if (a.type === 'null' || b.type === 'null') {
    return (
      compareWithNull(op, a.type === 'null' ? b : a, joins) ??
      fail(scope, at, 'null can only be compared by eq and ne')
    );
  }
  const sql =
    compareValues(op, a, b, scope.statement) ??
    fail(scope, at, `cannot compare ${named(a)} with ${named(b)}`);
  return `(${joins.exists(sql)})`;
}

/** A related entity that is not there has no value: `Datastreams/id eq null` finds Things without any. */
function compareWithNull(op: Comparison, value: Value, joins: Joins): string | undefined {
  if (op !== 'eq' && op !== 'ne') return undefined;
  return `${op === 'eq' ? 'not ' : ''}(${joins.exists(isThere(value))})`;
}

function isThere(value: Value): string {
  switch (value.type) {
    case 'null':
      return 'false';
    case 'literal':
      return 'true';
    case 'interval':
      return `${value.start} is not null`;
    case 'json':
      return `${value.text} is not null`;
    case 'result':
      return `(${value.number} is not null or ${value.json} <> 'null')`;
    default:
      return `${value.sql} is not null`;
  }
}

const symbols: Record<Comparison, string> = {
  eq: '=',
  ne: 'is distinct from',
  gt: '>',
  ge: '>=',
  lt: '<',
  le: '<=',
};

function compareValues(op: Comparison, a: Value, b: Value, statement: Statement): string | undefined {
  const either = (...types: Value['type'][]) => types.includes(a.type) || types.includes(b.type);
  const infix = (x: string | undefined, y: string | undefined) => x && y && `${x} ${symbols[op]} ${y}`;
  if (either('instant', 'interval')) {
    const [x, y] = [asSpan(a, statement), asSpan(b, statement)];
    return x && y && compareSpans[op](x, y);
  }
  for (const type of ['duration', 'date', 'timeOfDay'] as const) {
    if (either(type)) return a.type === type && b.type === type ? infix(a.sql, b.sql) : undefined;
  }
  if (either('boolean')) return infix(asBoolean(a), asBoolean(b));
  if (a.type === 'id' || b.type === 'id') return compareIds(op, a, b, statement);
  // A number compared with a text compares as text; a number in quotation marks is a text.
  if (either('text') || [a, b].some((value) => value.type === 'literal' && value.of === 'string')) {
    return infix(asText(a, statement), asText(b, statement));
  }
  if (either('number') || [a, b].some((value) => value.type === 'literal')) {
    return infix(asNumber(a, statement), asNumber(b, statement));
  }
  return infix(asJson(a, statement), asJson(b, statement));
}

/** Ids are whole numbers to 2^63-1: exact, and with the index, against each other and against such a literal. */
function compareIds(op: Comparison, a: Value, b: Value, statement: Statement): string | undefined {
  const exact = (value: Value) => {
    if (value.type === 'id') return value.sql;
    if (
      value.type !== 'literal' ||
      !/^-?\d{1,18}$|^-?[1-8]\d{18}$|^922337203685477580[0-7]$/.test(value.text)
    )
      return undefined;
    return statement.bind(value.text, 'bigint');
  };
  const [x, y] = [exact(a), exact(b)];
  if (x && y) return `${x} ${symbols[op]} ${y}`;
  const text = [a, b].some(
    (value) => value.type === 'text' || (value.type === 'literal' && value.of === 'string'),
  );
  const as = text ? asText : asNumber;
  const [v, w] = [as(a, statement), as(b, statement)];
  return v && w && `${v} ${symbols[op]} ${w}`;
}

function named(value: Value): string {
  if (value.type === 'literal')
    return value.of === 'string' ? `the text '${value.text.slice(0, 40)}'` : 'a number';
  const words: Partial<Record<Value['type'], string>> = {
    instant: 'a time',
    interval: 'a time',
    timeOfDay: 'a time of day',
    boolean: 'true or false',
    id: 'an id',
    json: 'a JSON value',
    result: 'a result',
  };
  return words[value.type] ?? `a ${value.type}`;
}

function compileMembership(expression: Extract<Expression, { kind: 'in' }>, scope: Scope): string {
  const { left, list, at } = expression;
  if (Array.isArray(list)) {
    const each = list.map((right) =>
      compileComparison({ kind: 'compare', op: 'eq', left, right, at }, scope),
    );
    return `(${each.join(' or ')})`;
  }
  const joins = new Joins();
  const member = asJson(textAsLiteral(compileValue(left, scope, joins)), scope.statement);
  const array = asJson(compileValue(list, scope, joins), scope.statement);
  if (!member || !array)
    fail(scope, at, 'expected a value in a list, or in a property that holds a JSON array');
  return `(${joins.exists(`(jsonb_typeof(${array}) = 'array' and ${array} @> jsonb_build_array(${member}))`)})`;
}

const textAsLiteral = (value: Value): Value =>
  value.type === 'text' ? { type: 'json', sql: `to_jsonb(${value.sql})`, text: value.sql } : value;

function compileQuantifier(expression: Extract<Expression, { kind: 'any' | 'all' }>, scope: Scope): string {
  const joins = new Joins();
  const { names, at } = expression.path;
  const end = walk(scope, joins, names, at);
  if (end.rest.length > 0) fail(scope, at, `${names.join('/')} leads to no other entities`);
  const variables = new Map(scope.variables).set(expression.variable, end.row);
  const condition = compileCondition(expression.condition, { ...scope, variables });
  return expression.kind === 'any'
    ? joins.exists(condition)
    : `not ${joins.exists(`(${condition}) is not true`)}`;
}

/** Follows relations as far as the names go; what is left names a property. */
function walk(scope: Scope, joins: Joins, names: readonly string[], at: number) {
  const variable = scope.variables?.get(names[0] ?? '');
  let row = variable ?? scope.row;
  let rest = variable ? names.slice(1) : names;
  for (;;) {
    const found = findLink(scope.dialect, row.kind, rest[0] ?? '');
    if (!found) return { row, rest };
    const { key, link } = found;
    if (!link.many && link.sure && rest.length === 2 && scope.dialect.idNames.includes(rest[1] ?? '')) {
      return { row, rest, id: `${row.alias}.${link.column}` };
    }
    row = { kind: link.to, alias: joins.follow(scope, row.alias, key, link) };
    rest = rest.slice(1);
    if (joins.from.length > 20) fail(scope, at, 'follows too many relations (20 at most)');
  }
}

function compilePath({ names, at }: PathExpression, scope: Scope, joins: Joins): Value {
  const { row, rest, id } = walk(scope, joins, names, at);
  if (id) return { type: 'id', sql: id };
  const [first = '', ...inner] = rest;
  if (scope.dialect.idNames.includes(first) && inner.length === 0)
    return { type: 'id', sql: `${row.alias}.id` };
  // `resultQuality[0]` names the property and a place in it.
  const [bare = '', ...indexes] = first.split('[');
  const property = findProperty(row.kind, bare);
  if (!property) {
    const known = [
      ...Object.keys(model[row.kind].properties),
      ...Object.keys(model[row.kind].links).map((key) => scope.dialect.links[key]),
    ];
    fail(
      scope,
      at,
      `${scope.dialect.sets[row.kind]} have no “${first || names.join('/')}”. They have ${known.join(', ')}`,
    );
  }
  const value = propertyValue(row.alias, property);
  const members = [...indexes.map((index) => `[${index}`), ...inner];
  if (members.length === 0) return value;
  return jsonMember(value, members, scope.statement) ?? fail(scope, at, `there is nothing inside “${bare}”`);
}

function compileValue(expression: Expression, scope: Scope, joins: Joins): Value {
  const { statement } = scope;
  switch (expression.kind) {
    case 'path':
      return compilePath(expression, scope, joins);
    case 'interval':
      return {
        type: 'interval',
        start: statement.bind(expression.from, 'timestamptz'),
        end: statement.bind(expression.to, 'timestamptz'),
      };
    case 'literal':
      return compileLiteral(expression, scope);
    case 'call': {
      const args = expression.args.map((arg) => compileValue(arg, scope, joins));
      const result = callFunction(expression.name, args, scope.now, statement);
      return typeof result === 'string' ? fail(scope, expression.at, result) : result;
    }
    case 'negative': {
      const operand = compileValue(expression.operand, scope, joins);
      if (operand.type === 'literal' && operand.of === 'number' && !operand.text.startsWith('-')) {
        return { ...operand, text: `-${operand.text}` };
      }
      if (operand.type === 'duration') return { type: 'duration', sql: `(- ${operand.sql})` };
      const sql =
        asNumber(operand, statement) ?? fail(scope, expression.at, `cannot negate ${named(operand)}`);
      return { type: 'number', sql: `(- ${sql})` };
    }
    case 'calculate': {
      const a = compileValue(expression.left, scope, joins);
      const b = compileValue(expression.right, scope, joins);
      const result = calculate(expression.op, a, b, statement);
      return result ?? fail(scope, expression.at, `cannot ${expression.op} ${named(a)} and ${named(b)}`);
    }
    default:
      // A condition in parentheses used as a value: `(result gt 5) eq true`.
      return { type: 'boolean', sql: compileCondition(expression, scope) };
  }
}

function compileLiteral({ type, text, at }: Extract<Expression, { kind: 'literal' }>, scope: Scope): Value {
  const { statement } = scope;
  switch (type) {
    case 'number':
      return { type: 'literal', of: 'number', text: text.replace(/^0+(?=\d)/, '') };
    case 'string':
      return { type: 'literal', of: 'string', text };
    case 'boolean':
      return { type: 'boolean', sql: text };
    case 'null':
      return { type: 'null' };
    case 'instant':
      return { type: 'instant', sql: statement.bind(text, 'timestamptz') };
    case 'date':
      return { type: 'date', sql: statement.bind(text, 'date') };
    case 'timeOfDay':
      return { type: 'timeOfDay', sql: statement.bind(text, 'time') };
    case 'duration':
      if (!/^[+-]?P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/.test(text)) {
        fail(
          scope,
          at,
          `'${text.slice(0, 40)}' is not a duration of days, hours, minutes and seconds such as P1DT12H30M`,
        );
      }
      return {
        type: 'duration',
        sql: text.startsWith('-')
          ? `(- ${statement.bind(text.slice(1), 'interval')})`
          : statement.bind(text.replace('+', ''), 'interval'),
      };
    case 'geometry':
      return fail(scope, at, 'geometry in $filter is not served yet');
  }
}

function calculate(op: string, a: Value, b: Value, statement: Statement): Value | undefined {
  const sign = op === 'add' ? '+' : op === 'sub' ? '-' : undefined;
  const spanA = a.type === 'instant' || a.type === 'interval' ? asSpan(a, statement) : undefined;
  const spanB = b.type === 'instant' || b.type === 'interval' ? asSpan(b, statement) : undefined;
  if (spanA || spanB || a.type === 'duration' || b.type === 'duration') {
    if (!sign) return undefined;
    if (spanA && b.type === 'duration') return shift(spanA, sign, b.sql);
    if (spanB && a.type === 'duration') return op === 'add' ? shift(spanB, '+', a.sql) : undefined;
    if (spanA && spanB)
      return op === 'sub' ? { type: 'duration', sql: `(${spanA.start} - ${spanB.start})` } : undefined;
    if (a.type === 'duration' && b.type === 'duration')
      return { type: 'duration', sql: `(${a.sql} ${sign} ${b.sql})` };
    return undefined;
  }
  const [x, y] = [asNumber(a, statement), asNumber(b, statement)];
  if (!x || !y) return undefined;
  // Dividing by zero gives nothing rather than ending the query for every other row.
  if (op === 'mod') {
    return { type: 'number', sql: `mod((${x})::numeric, nullif((${y})::numeric, 0))::double precision` };
  }
  if (op === 'div') return { type: 'number', sql: `(${x} / nullif(${y}, 0))` };
  return { type: 'number', sql: `(${x} ${op === 'mul' ? '*' : sign} ${y})` };
}

function shift(span: { start: string; end?: string }, sign: string, by: string): Value {
  const start = `(${span.start} ${sign} ${by})`;
  return span.end
    ? { type: 'interval', start, end: `(${span.end} ${sign} ${by})` }
    : { type: 'instant', sql: start };
}
