import { Problem } from '../../kit/problem.ts';
import { compileCondition, type Scope } from './filter.ts';
import { type Kind, type Link, model } from './model.ts';
import { type Dialect, findLink, findProperty } from './names.ts';
import { afterToken, orderBy, type SortKey, sortKeys, tokenSql } from './order.ts';
import { concatenate, type Piece, propertyJson, type Statement } from './sql.ts';
import type { Expand, Name, Options } from './tree.ts';

/** What every part of one statement shares. */
export type Frame = {
  statement: Statement;
  dialect: Dialect;
  /** Absolute address of the service root, without a slash at the end. */
  base: string;
  now: string;
  pageSize: number;
  largestPage: number;
};

export type Row = { kind: Kind; alias: string };

/** The rows of a collection: which, in what order, which page of them, and the address of the page after it. */
export type Page = {
  row: Row;
  conditions: string[];
  keys: SortKey[];
  options: Options;
  limit: number;
  /** The address of the collection, as pieces: inside another entity it contains that one's id. */
  url: Piece[];
};

export function openPage(frame: Frame, row: Row, linked: string[], options: Options, url: Piece[]): Page {
  const conditions = [...linked];
  const scope = (option: string): Scope => ({ ...frame, option, row });
  if (options.filter) conditions.push(compileCondition(options.filter, scope('$filter')));
  // The condition that ties readings to their Datastream is the one on this column.
  const ofOneDatastream = linked.some((condition) => condition.startsWith(`${row.alias}.datastream_id = `));
  const keys = sortKeys(options.orderby ?? [], scope('$orderby'), ofOneDatastream);
  const limit = Math.min(options.top ?? frame.pageSize, frame.largestPage);
  return { row, conditions, keys, options, limit, url };
}

function where(conditions: readonly string[]): string {
  return conditions.length > 0 ? ` where ${conditions.join(' and ')}` : '';
}

/** How many rows the collection has, on all its pages. */
export function countSql({ statement }: Frame, page: Page): string {
  const { row, conditions } = page;
  return `(select count(*)::text from ${statement.from(row.kind, row.alias)}${where(conditions)})`;
}

/** The page's rows and one more, numbered: `j` is what `json` makes of a row, `k1`… its place in the order. */
export function pageSql(
  { statement }: Frame,
  page: Page,
  json: string,
  more: readonly string[] = [],
): string {
  const { row, keys, options, limit } = page;
  const conditions = [...page.conditions];
  if (options.skiptoken) conditions.push(afterToken(options.skiptoken, keys, statement));
  const skip = options.skiptoken ? 0 : (options.skip ?? 0);
  const columns = [`${json} as j`, ...keys.map((key, index) => `${key.sql} as k${index + 1}`), ...more];
  const offset = skip > 0 ? ` offset ${statement.bind(String(skip), 'bigint')}` : '';
  return `select r.*, row_number() over () as n from (select ${columns.join(', ')} from ${statement.from(row.kind, row.alias)}${where(
    conditions,
  )} order by ${orderBy(keys)} limit ${statement.bind(String(limit + 1), 'bigint')}${offset}) r`;
}

/** `"…@iot.nextLink":"…",` if there is a row beyond this page, else empty; over the rows of `pageSql`. */
export function nextLinkSql(frame: Frame, page: Page, name?: string): string {
  const { statement, dialect } = frame;
  const { keys, limit, options, url } = page;
  if (limit === 0) return "''";
  const last = statement.bind(String(limit), 'bigint');
  const token = `max(case when n = ${last} then ${tokenSql(keys.map((_, index) => `k${index + 1}`))} end)`;
  const query = [...options.source]
    .filter(([option]) => option !== '$skip' && option !== '$skiptoken')
    .map(([option, text]) => `${option}=${encodeURIComponent(text)}`);
  // $skip only tells people where they are: with a token, the place is the token's.
  query.push(`$skip=${(options.skip ?? 0) + limit}`, '$skiptoken=');
  const link = [`"${dialect.nextLink(name)}":"`, ...url, `?${query.join('&')}`, { sql: token }, '",'];
  return `case when max(n) > ${last} then ${concatenate(statement, link)} else '' end`;
}

/** Rows joined to a JSON array's content, the one beyond the page left out. */
export function arraySql({ statement }: Frame, page: Page): string {
  return `coalesce(string_agg(j, ',') filter (where n <= ${statement.bind(String(page.limit), 'bigint')}), '')`;
}

/** A collection as members of a JSON object, without braces: count, next link, rows. `name` when it is inside another. */
export function collectionPieces(frame: Frame, page: Page, json: string, name?: string): Piece[] {
  const { statement, dialect } = frame;
  const members = concatenate(statement, [
    { sql: nextLinkSql(frame, page, name) },
    `"${name ?? 'value'}":[`,
    { sql: arraySql(frame, page) },
    ']',
  ]);
  const count: Piece[] = page.options.count
    ? [`"${dialect.count(name)}":`, { sql: countSql(frame, page) }, ',']
    : [];
  return [...count, { sql: `(select ${members} from (${pageSql(frame, page, json)}) p)` }];
}

type Member = { pieces: Piece[]; optional?: boolean };

/** One entity as JSON text. */
export function entityJson(frame: Frame, row: Row, options: Options): string {
  const { statement, dialect, base } = frame;
  const { kind, alias } = row;
  const chosen = options.select && new Set(options.select.map((name) => checkName(frame, kind, name)));
  const expanded = mergeExpand(frame, kind, options.expand ?? []);
  const address: Piece[] = [`${base}/${dialect.sets[kind]}(`, { sql: `${alias}.id` }, ')'];
  const members: Member[] = [];
  const links = linkTemplate(frame, kind, chosen, expanded);
  if (links.length > 1) members.push({ pieces: statement.shorthand(links, `${alias}.id`) });
  for (const [name, property] of Object.entries(model[kind].properties)) {
    if (chosen && !chosen.has(name)) continue;
    const value = propertyJson(alias, property);
    const sql = property.shownWhenNull ? `coalesce(${value}, 'null')` : value;
    members.push({
      pieces: [`"${name}":`, { sql }],
      optional: !property.required && !property.shownWhenNull,
    });
  }
  for (const [key, { link, options: inner }] of expanded) {
    members.push(expandMember(frame, row, dialect.links[key] ?? key, link, inner, address));
  }
  return objectSql(statement, members);
}

/** Id, self link and navigation links, as text with a joint wherever the id goes. */
function linkTemplate(
  { dialect, base }: Frame,
  kind: Kind,
  chosen: ReadonlySet<string> | undefined,
  expanded: Expanded,
): string[] {
  const members: string[][] = [];
  if (!chosen || chosen.has(dialect.id)) members.push([`"${dialect.id}":`, '']);
  const address = `${base}/${dialect.sets[kind]}(`;
  if (!chosen || chosen.has(dialect.selfLink)) members.push([`"${dialect.selfLink}":"${address}`, ')"']);
  for (const key of Object.keys(model[kind].links)) {
    const name = dialect.links[key] ?? key;
    if (chosen ? !chosen.has(name) : expanded.has(key)) continue;
    members.push([`"${dialect.navigationLink(name)}":"${address}`, `)/${name}"`]);
  }
  const template = [''];
  for (const [index, [head = '', tail = '']] of members.entries()) {
    template.push(`${template.pop()}${index > 0 ? ',' : ''}${head}`, tail);
  }
  return template;
}

function expandMember(
  frame: Frame,
  row: Row,
  name: string,
  link: Link,
  options: Options,
  address: Piece[],
): Member {
  const { statement } = frame;
  const target: Row = { kind: link.to, alias: statement.alias() };
  const linked = statement.linked(link, row.alias, target.alias);
  if (!link.many) {
    refuseListOptions(options, `$expand=${name}`);
    const json = entityJson(frame, target, options);
    const one = `(select ${json} from ${statement.from(target.kind, target.alias)}${where(linked)})`;
    return { pieces: [`"${name}":`, { sql: one }], optional: true };
  }
  const page = openPage(frame, target, linked, options, [...address, `/${name}`]);
  return { pieces: collectionPieces(frame, page, entityJson(frame, target, options), name) };
}

/** Options that choose among many make no sense for one. */
export function refuseListOptions(options: Options, what: string): void {
  for (const option of ['$filter', '$orderby', '$top', '$skip', '$count', '$skiptoken', '$resultFormat']) {
    if (options.source.has(option)) {
      throw new Problem('invalid', `${what} is one entity; ${option} works on collections alone.`, {
        details: { option },
      });
    }
  }
}

function objectSql(statement: Statement, members: readonly Member[]): string {
  const [first, ...others] = members;
  const pieces = (member: Member): Piece[] =>
    member.optional
      ? [{ sql: concatenate(statement, [',', ...member.pieces]), nullable: true }]
      : [',', ...member.pieces];
  if (first && !first.optional)
    return concatenate(statement, ['{', ...first.pieces, ...others.flatMap(pieces), '}']);
  const inner = concatenate(statement, members.flatMap(pieces));
  return concatenate(statement, ['{', { sql: `ltrim(${inner}, ',')` }, '}']);
}

/** Checks a name in $select; ids go by several names. */
function checkName({ dialect }: Frame, kind: Kind, { name, at }: Name): string {
  if (dialect.idNames.includes(name)) return dialect.id;
  if (name === dialect.selfLink || findProperty(kind, name) || findLink(dialect, kind, name)) return name;
  throw new Problem('invalid', `$select, character ${at + 1}: ${dialect.sets[kind]} have no “${name}”.`, {
    details: { option: '$select', position: at + 1 },
  });
}

type Expanded = Map<string, { link: Link; options: Options }>;

/** `A/B,A/C` expands A once, with both below it. */
function mergeExpand({ dialect }: Frame, kind: Kind, items: readonly Expand[]): Expanded {
  const merged: Expanded = new Map();
  for (const { path, options } of items) {
    const [first, ...rest] = path;
    const found = first && findLink(dialect, kind, first.name);
    if (!found) {
      const known = Object.keys(model[kind].links).map((key) => dialect.links[key]);
      throw new Problem(
        'invalid',
        `$expand, character ${(first?.at ?? 0) + 1}: ${dialect.sets[kind]} have no “${first?.name}” to expand. They have ${known.join(', ')}.`,
        { details: { option: '$expand', position: (first?.at ?? 0) + 1 } },
      );
    }
    const deeper: Options =
      rest.length > 0 ? { source: new Map(), expand: [{ path: rest, options }] } : options;
    const before = merged.get(found.key)?.options;
    merged.set(found.key, {
      link: found.link,
      options: before ? together(before, deeper, first.name) : deeper,
    });
  }
  return merged;
}

function together(a: Options, b: Options, name: string): Options {
  const own = (options: Options) => [...options.source.keys()].some((option) => option !== '$expand');
  if (own(a) && own(b))
    throw new Problem('invalid', `$expand: “${name}” is given twice with different options.`);
  const main = own(b) ? b : a;
  return { ...main, expand: [...(a.expand ?? []), ...(b.expand ?? [])] };
}
