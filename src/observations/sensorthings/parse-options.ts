import { Problem } from '../../kit/problem.ts';
import { parseExpression } from './parse-expression.ts';
import { Scanner } from './scanner.ts';
import type { Expand, Name, Options, Order } from './tree.ts';

type Mutable = { -readonly [Key in keyof Options]: Options[Key] } & { source: Map<string, string> };

const optionName = /\$[A-Za-z]+/y;
const propertyName = /[\p{L}_@][\p{L}\p{N}_@.-]*(?:\/[\p{L}_@][\p{L}\p{N}_@.-]*)*/uy;
const navigationName = /[\p{L}_][\p{L}\p{N}_]*/uy;

/** Options of the whole request: the query string after the question mark, still encoded. */
export function parseOptions(query: string): Options {
  const options = noOptions();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1));
    if (/^co_[a-z0-9]{8}_/.test(value)) {
      throw new Problem(
        'invalid',
        'An API key never goes into an address, where logs keep it. Send it as “Authorization: Bearer co_…”, and replace this one.',
      );
    }
    if (!name.startsWith('$')) continue;
    const scanner = new Scanner(value, name);
    parseOption(name, scanner, options);
    scanner.expectEnd();
    options.source.set(name, value.trim());
  }
  return options;
}

export function noOptions(): Mutable {
  return { source: new Map() };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new Problem('invalid', `“${text.slice(0, 60)}” is not percent-encoded UTF-8.`);
  }
}

function parseOption(name: string, scanner: Scanner, options: Mutable): void {
  if (options.source.has(name)) scanner.fail(`${name} is given twice`, 0);
  scanner.space();
  switch (name) {
    case '$select':
      options.select = parseSelect(scanner);
      return;
    case '$expand':
      options.expand = parseExpand(scanner);
      return;
    case '$filter':
      options.filter = parseExpression(scanner);
      return;
    case '$orderby':
      options.orderby = parseOrder(scanner);
      return;
    case '$top':
      options.top = parseCount(scanner, name);
      return;
    case '$skip':
      options.skip = parseCount(scanner, name);
      return;
    case '$count':
      options.count = parseFlag(scanner);
      return;
    case '$skiptoken': {
      const token = scanner.take(/[A-Za-z0-9_-]+/y);
      if (!token) scanner.fail('is not a token that this service gave out');
      options.skiptoken = token;
      return;
    }
    case '$resultFormat':
      if (!scanner.take(/dataArray/y)) scanner.fail('the only other format is dataArray');
      options.resultFormat = 'dataArray';
      return;
    default:
      throw new Problem(
        'invalid',
        `There is no query option ${name}. Known are $select, $expand, $filter, $orderby, $top, $skip, $count and $resultFormat; names are case-sensitive.`,
        { details: { option: name } },
      );
  }
}

/** A whole number, at most what counts as "all of it". */
function parseCount(scanner: Scanner, name: string): number {
  const digits = scanner.take(/\d+/y);
  if (!digits) scanner.fail(`${name} takes a whole number from 0`);
  return Math.min(Number(digits), Number.MAX_SAFE_INTEGER);
}

function parseFlag(scanner: Scanner): boolean {
  const text = scanner.take(/true|false/y);
  if (!text) scanner.fail('$count is true or false');
  return text === 'true';
}

function parseSelect(scanner: Scanner): Name[] {
  const names: Name[] = [];
  do {
    const at = scanner.at;
    const name = scanner.take(propertyName);
    if (!name) scanner.fail('expected the name of a property');
    names.push({ name, at });
  } while (scanner.takeMark(','));
  return names;
}

function parseOrder(scanner: Scanner): Order[] {
  const order: Order[] = [];
  do {
    const by = parseExpression(scanner);
    const direction = scanner
      .take(/\s+(?:asc|desc)(?![\p{L}\p{N}_])/iuy)
      ?.trim()
      .toLowerCase();
    order.push({ by, descending: direction === 'desc' });
  } while (scanner.takeMark(','));
  return order;
}

function parseExpand(scanner: Scanner): Expand[] {
  return scanner.nested(() => {
    const items: Expand[] = [];
    do {
      const path: Name[] = [];
      do {
        const at = scanner.at;
        const name = scanner.take(navigationName);
        if (!name) scanner.fail('expected the name of a relation');
        path.push({ name, at });
      } while (scanner.take(/\//y));
      const options = noOptions();
      if (scanner.takeMark('(')) {
        do parseNestedOption(scanner, options);
        while (scanner.takeMark(';'));
        scanner.expectMarkClosing();
        scanner.space();
      }
      items.push({ path, options });
    } while (scanner.takeMark(','));
    if (depthOf(items) > deepestExpand) {
      scanner.fail(`$expand goes at most ${deepestExpand} relations deep; ask for the rest by itself`);
    }
    return items;
  });
}

// There and back again (Things, their Datastreams, their Things …) doubles the answer with every pair.
const deepestExpand = 12;

function depthOf(items: readonly Expand[]): number {
  return Math.max(0, ...items.map(({ path, options }) => path.length + depthOf(options.expand ?? [])));
}

function parseNestedOption(scanner: Scanner, options: Mutable): void {
  scanner.space();
  const start = scanner.at;
  const name = scanner.take(optionName);
  if (!name) scanner.fail('expected an option such as $select');
  scanner.expectMark('=');
  const at = scanner.at;
  if (name === '$resultFormat' || name === '$skiptoken')
    scanner.fail(`${name} has no place inside $expand`, start);
  parseOption(name, scanner, options);
  options.source.set(name, scanner.text.slice(at, scanner.at).trim());
}
