import { Problem } from '../../kit/problem.ts';
import { dataArraySql } from './compile-data-array.ts';
import {
  collectionPieces,
  entityJson,
  type Frame,
  openPage,
  type Row,
  refuseListOptions,
} from './compile-rows.ts';
import { arrayLiteral, jsonPath } from './filter-value.ts';
import { type Dialect, findLink, findProperty, findSet } from './names.ts';
import { noSuchPath } from './parse.ts';
import { concatenate, type Piece, propertyJson, propertyText, type Schema, Statement } from './sql.ts';
import type { Options, Query, Segment } from './tree.ts';

export type Settings = {
  dialect: Dialect;
  base: string;
  /** What `now()` means, ISO 8601. */
  now: string;
  schema?: Schema;
  pageSize?: number;
  largestPage?: number;
};

/**
 * One statement that answers the query. Its rows: none, if an entity in the path is not there; else one with `body`,
 * the text to send (`templates` still to be expanded in it), null for a property without value, and for a place inside
 * a JSON property `missing`.
 */
export type Compiled = { text: string; values: string[]; sends: 'json' | 'text'; templates: string[][] };

/** Turns a query into one parameterised SQL statement. Pure. Throws Problem `invalid` or `not-found`. */
export function compile(query: Query, settings: Settings): Compiled {
  const statement = new Statement(settings.schema ?? 'released');
  const frame: Frame = { pageSize: 100, largestPage: 10_000, ...settings, statement };
  const path = walkPath(frame, query.path);
  const text = path.rest.length > 0 ? propertySql(frame, path, query) : bodySql(frame, path, query);
  const sends = query.tail === '$value' ? 'text' : 'json';
  return { ...statement.finish(text), sends, templates: statement.templates };
}

type Walked = {
  /** The tables of the path and how they hang together; empty for a bare entity set. */
  from: string[];
  conditions: string[];
  row: Row;
  /** The row stands for a whole collection; these conditions tie it to its parent. */
  many: boolean;
  linked: string[];
  /** Address of what the row is, for next links. */
  url: Piece[];
  /** Segments that name a property and places inside it. */
  rest: Segment[];
};

function walkPath(frame: Frame, path: readonly Segment[]): Walked {
  const { statement, dialect, base } = frame;
  const [first, ...others] = path;
  const kind = first && findSet(dialect, first.name);
  if (!kind) throw noSuchPath(first?.name ?? '');
  const walked: Walked = {
    from: [],
    conditions: [],
    row: { kind, alias: statement.alias() },
    many: true,
    linked: [],
    url: [`${base}/${first.name}`],
    rest: [],
  };
  walked.linked = statement.visible(kind, walked.row.alias);
  enter(frame, walked, first);
  for (const [index, segment] of others.entries()) {
    if (walked.many) throw noSuchPath(segment.name);
    const { row } = walked;
    const found = findLink(dialect, row.kind, segment.name);
    if (!found) {
      if (segment.key !== undefined) throw noSuchPath(`${segment.name}(${segment.key})`);
      return { ...walked, rest: others.slice(index) };
    }
    const { link } = found;
    walked.row = { kind: link.to, alias: statement.alias() };
    walked.linked = statement.linked(link, row.alias, walked.row.alias);
    walked.url = [`${base}/${dialect.sets[row.kind]}(`, { sql: `${row.alias}.id` }, `)/${segment.name}`];
    walked.many = link.many;
    if (!link.many && segment.key !== undefined) {
      throw new Problem('invalid', `“${segment.name}” is one entity and takes no id in parentheses.`);
    }
    enter(frame, walked, segment);
  }
  return walked;
}

/** Into the one entity that the segment names, unless it names a collection. */
function enter({ statement }: Frame, walked: Walked, { key }: Segment): void {
  const { row } = walked;
  if (walked.many && key === undefined) return;
  walked.from.push(statement.from(row.kind, row.alias));
  walked.conditions.push(...walked.linked);
  if (key !== undefined) walked.conditions.push(`${row.alias}.id = ${statement.bind(key, 'bigint')}`);
  walked.many = false;
}

function selectFrom(columns: string, { from, conditions }: Walked): string {
  return from.length === 0
    ? `select ${columns}`
    : `select ${columns} from ${from.join(', ')} where ${conditions.join(' and ')}`;
}

function bodySql(frame: Frame, path: Walked, { tail, options }: Query): string {
  const { statement, base, dialect } = frame;
  const { row } = path;
  if (tail === '$value') throw noSuchPath('$value');
  if (tail === '$ref') refuseOptions(options, ['$select', '$expand', '$resultFormat'], '$ref');
  const reference = () =>
    concatenate(statement, [
      `{"${dialect.selfLink}":"${base}/${dialect.sets[row.kind]}(`,
      { sql: `${row.alias}.id` },
      ')"}',
    ]);
  const json = () => (tail === '$ref' ? reference() : entityJson(frame, row, options));
  if (!path.many) {
    refuseListOptions(options, 'This');
    return selectFrom(`${json()} as body`, path);
  }
  const page = openPage(frame, row, path.linked, options, [...path.url, ...(tail ? ['/$ref'] : [])]);
  if (options.resultFormat) return selectFrom(`${dataArraySql(frame, page)} as body`, path);
  const body = concatenate(statement, ['{', ...collectionPieces(frame, page, json()), '}']);
  return selectFrom(`${body} as body`, path);
}

/** A property, or a place inside a JSON property: `properties/pole/height`, `intArray[1]`. */
function propertySql(frame: Frame, path: Walked, { tail, options }: Query): string {
  const { statement, dialect } = frame;
  const { kind, alias } = path.row;
  const [first, ...inner] = path.rest as [Segment, ...Segment[]];
  const what = path.rest.map(({ name }) => name).join('/');
  if (tail === '$ref' || path.rest.some(({ key }) => key !== undefined)) throw noSuchPath(what);
  refuseOptions(options, [...options.source.keys()], `“${what}”`);
  const value = (json: string, text: string, name: string, missing = 'false') => {
    const labeled = concatenate(statement, [`{${JSON.stringify(name)}:`, { sql: json }, '}']);
    return selectFrom(`${tail === '$value' ? text : labeled} as body, ${missing} as missing`, path);
  };
  if (dialect.idNames.includes(first.name) && inner.length === 0) {
    return value(`${alias}.id`, `${alias}.id::text`, dialect.id);
  }
  if (first.name === dialect.selfLink && inner.length === 0) {
    const link = concatenate(statement, [
      `${frame.base}/${dialect.sets[kind]}(`,
      { sql: `${alias}.id` },
      ')',
    ]);
    return value(`to_json(${link})::text`, link, dialect.selfLink);
  }
  const [bare = '', ...indexes] = first.name.split('[');
  const property = findProperty(kind, bare);
  if (!property) throw noSuchPath(first.name);
  const places = jsonPath([...indexes.map((index) => `[${index}`), ...inner.map(({ name }) => name)]);
  if (places.length === 0) return value(propertyJson(alias, property), propertyText(alias, property), bare);
  if (property.type !== 'json' && property.type !== 'result') throw noSuchPath(what);
  const json = `${alias}.${property.type === 'result' ? property.second : property.column}`;
  const at = statement.bind(arrayLiteral(places), 'text[]');
  const last = inner.at(-1)?.name ?? first.name;
  return value(
    `nullif(${json} #> ${at}, 'null')::text`,
    `nullif(${json} #> ${at}, 'null') #>> '{}'`,
    last,
    `(${json} #> ${at}) is null`,
  );
}

function refuseOptions(options: Options, refused: readonly string[], what: string): void {
  const option = refused.find((name) => options.source.has(name));
  if (option) throw new Problem('invalid', `${option} has no meaning on ${what}.`, { details: { option } });
}
