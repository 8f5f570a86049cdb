import type { Scanner } from './scanner.ts';
import type { Arithmetic, Comparison, Expression, LiteralType, PathExpression } from './tree.ts';

// A "+" in a URL's query is a space, so an offset written +02:00 may arrive as " 02:00".
const instant = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}([.,]\d+)?)?(Z|z|[+ -]\d{2}(:?\d{2})?)?/y;
const date = /\d{4}-\d{2}-\d{2}(?![\dT])/y;
const timeOfDay = /\d{2}:\d{2}(:\d{2}(\.\d+)?)?/y;
const number = /\d+(\.\d+)?([eE][+-]?\d+)?(?![\p{L}\d_.])/uy;
const quoted = /'(?:[^']|'')*'/y;
const name = /[\p{L}_@][\p{L}\p{N}_@.:-]*(\[\d{1,9}\])*/uy;
const word = (...words: string[]) => new RegExp(`\\s+(?:${words.join('|')})(?=[\\s('])`, 'y');

const or = word('or');
const and = word('and');
const equality = word('eq', 'ne');
const relation = word('gt', 'ge', 'lt', 'le');
const membership = word('in');
const sum = word('add', 'sub');
const product = word('mul', 'div', 'mod');

/**
 * Reads a common expression with OData's precedence [OData 4.0 URL Conventions §5.1.1.9]: unary, mul, add, relations,
 * equality, and, or. `not` takes the comparison after it, which for booleans means the same as binding tighter and for
 * everything else is the only reading that makes sense. Throws Problem `invalid` with the position.
 */
export function parseExpression(scanner: Scanner): Expression {
  return scanner.nested(() =>
    leftToRight(
      scanner,
      or,
      () => leftToRight(scanner, and, () => parseNot(scanner), logic('and')),
      logic('or'),
    ),
  );
}

type Build = (op: string, left: Expression, right: Expression, at: number) => Expression;
const logic =
  (op: 'and' | 'or'): Build =>
  (_, left, right, at) => ({ kind: 'logic', op, left, right, at });
const compare: Build = (op, left, right, at) => ({ kind: 'compare', op: op as Comparison, left, right, at });
const calculate: Build = (op, left, right, at) => ({
  kind: 'calculate',
  op: op as Arithmetic,
  left,
  right,
  at,
});

function leftToRight(
  scanner: Scanner,
  operator: RegExp,
  operand: () => Expression,
  build: Build,
): Expression {
  let left = operand();
  for (;;) {
    const at = scanner.at;
    const op = scanner.take(operator)?.trim();
    if (!op) return left;
    left = build(op, left, operand(), at);
  }
}

function parseNot(scanner: Scanner): Expression {
  scanner.space();
  const at = scanner.at;
  if (!scanner.take(/not(?=[\s(])/y)) return parseComparison(scanner);
  return { kind: 'not', operand: scanner.nested(() => parseNot(scanner)), at };
}

function parseComparison(scanner: Scanner): Expression {
  const relational = () => leftToRight(scanner, relation, () => parseMembership(scanner), compare);
  return leftToRight(scanner, equality, relational, compare);
}

function parseMembership(scanner: Scanner): Expression {
  const left = parseSum(scanner);
  const at = scanner.at;
  if (!scanner.take(membership)) return left;
  if (!scanner.takeMark('(')) {
    const list = parsePrimary(scanner);
    if (list.kind !== 'path') scanner.fail('after “in”, expected a list in parentheses or a property', at);
    return { kind: 'in', left, list, at };
  }
  const list = [parseSum(scanner)];
  while (scanner.takeMark(',')) list.push(parseSum(scanner));
  scanner.expectMarkClosing();
  return { kind: 'in', left, list, at };
}

function parseSum(scanner: Scanner): Expression {
  return leftToRight(
    scanner,
    sum,
    () => leftToRight(scanner, product, () => parseUnary(scanner), calculate),
    calculate,
  );
}

function parseUnary(scanner: Scanner): Expression {
  scanner.space();
  const at = scanner.at;
  if (scanner.take(/-/y)) return { kind: 'negative', operand: scanner.nested(() => parseUnary(scanner)), at };
  return parsePrimary(scanner);
}

function parsePrimary(scanner: Scanner): Expression {
  scanner.space();
  const at = scanner.at;
  if (scanner.take(/\(/y)) {
    const inner = parseExpression(scanner);
    scanner.expectMarkClosing();
    return inner;
  }
  const from = takeInstant(scanner);
  if (from) {
    if (!scanner.take(/\//y)) return { kind: 'literal', type: 'instant', text: from, at };
    const to = takeInstant(scanner);
    if (!to) scanner.fail('expected the end of the interval, a time like 2026-01-31T00:00:00Z');
    return { kind: 'interval', from, to, at };
  }
  const literal = (type: LiteralType, text: string): Expression => ({ kind: 'literal', type, text, at });
  const plain = scanner.take(date);
  if (plain) return literal('date', plain);
  const clock = scanner.take(timeOfDay);
  if (clock) return literal('timeOfDay', clock);
  const digits = scanner.take(number);
  if (digits) return literal('number', digits);
  const text = takeString(scanner);
  if (text !== undefined) return literal('string', text);
  const prefixed = scanner.take(/(?:duration|geography|geometry)(?=')/y);
  if (prefixed) {
    const content = takeString(scanner);
    if (content === undefined) scanner.fail('expected a closing quotation mark');
    return literal(prefixed === 'duration' ? 'duration' : 'geometry', content);
  }
  return parseName(scanner);
}

function takeInstant(scanner: Scanner): string | undefined {
  const at = scanner.at;
  const text = scanner.take(instant);
  if (text === undefined) return undefined;
  const plus = text.replace(/ (?=\d{2}(:?\d{2})?$)/, '+').replace(',', '.');
  const zoned = /(Z|z|[+-]\d{2}(:?\d{2})?)$/.test(plus.slice(11)) ? plus : `${plus}Z`;
  if (!isInstant(zoned)) scanner.fail('is not a time that exists', at);
  return zoned;
}

/** True for an ISO 8601 time with offset that PostgreSQL will take. */
export function isInstant(text: string): boolean {
  const match =
    /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,12})?)?(?:[Zz]|[+-](\d{2}):?(\d{2})?)$/.exec(
      text,
    );
  if (!match) return false;
  const [year, month, day, hour, minute, second = 0, zoneHour = 0, zoneMinute = 0] = match
    .slice(1)
    .map((part) => (part === undefined ? undefined : Number(part))) as [
    number,
    number,
    number,
    number,
    number,
    ...number[],
  ];
  return (
    year >= 1 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate() &&
    hour <= 23 &&
    minute <= 59 &&
    second <= 59 &&
    zoneHour <= 14 &&
    zoneMinute <= 59
  );
}

function takeString(scanner: Scanner): string | undefined {
  const text = scanner.take(quoted);
  if (text === undefined) {
    if (scanner.sees(/'/y)) scanner.fail('the text in quotation marks does not end');
    return undefined;
  }
  return text.slice(1, -1).replaceAll("''", "'");
}

function parseName(scanner: Scanner): Expression {
  const at = scanner.at;
  const first = scanner.take(name);
  if (!first) scanner.fail('expected a value, a property or a function');
  if (scanner.sees(/\s*\(/y)) {
    scanner.expectMark('(');
    const args: Expression[] = [];
    if (!scanner.sees(/\)/y)) {
      do args.push(parseExpression(scanner));
      while (scanner.takeMark(','));
    }
    scanner.expectMarkClosing();
    return { kind: 'call', name: first, args, at };
  }
  if (first === 'true' || first === 'false') return { kind: 'literal', type: 'boolean', text: first, at };
  if (first === 'null') return { kind: 'literal', type: 'null', text: first, at };
  const names = [first];
  while (scanner.take(/\//y)) {
    const quantifier = scanner.take(/(?:any|all)(?=\()/y);
    if (quantifier) return parseQuantifier(scanner, quantifier as 'any' | 'all', { kind: 'path', names, at });
    const next = scanner.take(name);
    if (!next) scanner.fail('expected a property after “/”');
    names.push(next);
  }
  return { kind: 'path', names, at };
}

function parseQuantifier(scanner: Scanner, kind: 'any' | 'all', path: PathExpression): Expression {
  scanner.expectMark('(');
  const variable = scanner.take(/[\p{L}_][\p{L}\p{N}_]*/uy);
  if (!variable) scanner.fail(`expected a variable, as in ${kind}(d: d/name eq 'x')`);
  scanner.expectMark(':');
  const condition = parseExpression(scanner);
  scanner.expectMarkClosing();
  return { kind, path, variable, condition, at: path.at };
}
