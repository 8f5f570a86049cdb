import { type Kind, type Link, model, type Property } from './model.ts';

/**
 * `released` for every public door; `visible` for whoever has shown a key that opens more; the others for the answer
 * to somebody who has just written there.
 */
export type Schema = 'released' | 'visible' | 'granted' | 'private';

/**
 * What one statement gathers while it is built: its parameters and the names of its tables. Nothing that came in a
 * request is ever part of the text; it is bound, as text, and cast.
 */
export class Statement {
  readonly values: string[] = [];
  readonly schema: Schema;
  /** Texts in which an id is to be put at every joint; see `shorthand`. */
  readonly templates: string[][] = [];
  #known = new Map<string, string>();
  #aliases = 0;

  constructor(schema: Schema) {
    this.schema = schema;
  }

  bind(value: string, type = 'text'): string {
    const key = `${type}:${value}`;
    const known = this.#known.get(key);
    if (known) return known;
    this.values.push(value);
    const placeholder = `$${this.values.length}::${type}`;
    this.#known.set(key, placeholder);
    return placeholder;
  }

  alias(): string {
    return `t${++this.#aliases}`;
  }

  /**
   * Text that an id alone decides, said in short: an entity's links are three quarters of its bytes. The database
   * writes a control character, which JSON text never contains, and the id; `expand` puts the text in its place.
   */
  shorthand(template: string[], id: string): Piece[] {
    const text = template.join('\0');
    let number = this.templates.findIndex((known) => known.join('\0') === text);
    if (number < 0) number = this.templates.push(template) - 1;
    return [`\u0001${number};`, { sql: id }, ';'];
  }

  /** The finished text with the parameters it uses: one that was bound and then not needed is left out. */
  finish(text: string): { text: string; values: string[] } {
    const values: string[] = [];
    const numbers = new Map<string, number>();
    const renumbered = text.replace(/\$(\d+)(?=::)/g, (_, old: string) => {
      const number = numbers.get(old) ?? values.push(this.values[Number(old) - 1] ?? '');
      numbers.set(old, number);
      return `$${number}`;
    });
    return { text: renumbered, values };
  }

  /** The entity's rows under this alias; what is computed of a Datastream stands under the alias with an x. */
  from(kind: Kind, alias: string): string {
    const table = `${this.schema}.${model[kind].table} ${alias}`;
    return kind === 'datastream'
      ? `(${table} left join ${this.schema}.datastream_extent ${alias}x on ${alias}x.datastream_id = ${alias}.id)`
      : table;
  }

  /** Readings are public while their Datastream is, wherever they lie (architecture.md, The data). */
  visible(kind: Kind, alias: string): string[] {
    if (kind !== 'observation') return [];
    return [`exists (select from ${this.schema}.datastream v where v.id = ${alias}.datastream_id)`];
  }

  /** How the rows under `child` hang on the row under `parent`. */
  linked(link: Link, parent: string, child: string): string[] {
    if (!link.many) return [`${child}.id = ${parent}.${link.column}`, ...this.visible(link.to, child)];
    if ('theirColumn' in link) {
      const known = link.theirColumn === 'datastream_id' ? [] : this.visible(link.to, child);
      return [`${child}.${link.theirColumn} = ${parent}.id`, ...known];
    }
    const rows = `select ${link.theirs} from ${this.schema}.${link.through} where ${link.mine} = ${parent}.id`;
    return [`${child}.id in (${rows})`];
  }
}

export function column(alias: string, property: Property): string {
  return `${alias}${property.computed ? 'x' : ''}.${property.column}`;
}

export function secondColumn(alias: string, property: Property): string {
  return `${alias}${property.computed ? 'x' : ''}.${property.second}`;
}

/**
 * A piece of the JSON text that goes down the wire: constant text, or an SQL expression of type text. An expression
 * that may be null says so, and then takes its label with it.
 */
export type Piece = string | { sql: string; nullable?: boolean };

/** Joins pieces into one SQL expression. Constants are bound; neighbors among them become one. */
export function concatenate(statement: Statement, pieces: readonly Piece[]): string {
  const terms: string[] = [];
  let constant = '';
  const flush = () => {
    if (constant !== '') terms.push(statement.bind(constant));
    constant = '';
  };
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      constant += piece;
      continue;
    }
    flush();
    terms.push(piece.nullable ? `coalesce(${piece.sql}, '')` : piece.sql);
  }
  flush();
  return terms.length === 0 ? "''" : terms.join(' || ');
}

/** `"2026-01-31T12:00:00Z"`, with its quotation marks. Sessions run in UTC; of six ways to write it the quickest. */
export function instantJson(sql: string): string {
  return `replace(to_json(${sql})::text, '+00:00', 'Z')`;
}

/** The value of a property as JSON text; null when there is none. */
export function propertyJson(alias: string, property: Property): string {
  const value = column(alias, property);
  switch (property.type) {
    case 'text':
      return `to_json(${value})::text`;
    case 'json':
      return `${value}::text`;
    case 'instant':
      return instantJson(value);
    case 'interval': {
      const end = secondColumn(alias, property);
      const both = `rtrim(${instantJson(value)}, '"') || '/' || ltrim(${instantJson(end)}, '"')`;
      return `case when ${end} is null then ${instantJson(value)} else ${both} end`;
    }
    case 'result':
      return `coalesce(${value}::text, ${secondColumn(alias, property)}::text)`;
  }
}

/** The value of a property as it is, without quotation marks. */
export function propertyText(alias: string, property: Property): string {
  const value = column(alias, property);
  switch (property.type) {
    case 'text':
      return value;
    case 'json':
      return `${value} #>> '{}'`;
    case 'result':
      return `coalesce(${value}::text, ${secondColumn(alias, property)} #>> '{}')`;
    default:
      return `trim(both '"' from ${propertyJson(alias, property)})`;
  }
}
