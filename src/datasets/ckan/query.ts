import { Problem } from '../../kit/problem.ts';

/**
 * What `q` and `fq` of package_search say [Solr query syntax, as CKAN takes it]: words and "phrases", `field:value`,
 * `field:[from TO to]`, AND, OR, NOT, + and -, parentheses, `*` at the end of a word. Boosts and nearness are read over.
 */
export type Query =
  | { kind: 'all' }
  | { kind: 'and' | 'or'; parts: Query[] }
  | { kind: 'not'; part: Query }
  | { kind: 'term'; field: string | null; value: string; phrase: boolean }
  | { kind: 'range'; field: string; from: string; to: string };

const deepest = 20;
const longest = 2000;

/** Throws Problem `invalid` that says where the query breaks off. */
export function parseQuery(text: string): Query {
  if (text.length > longest || text.includes('\0')) {
    throw new Problem('invalid', `A query has at most ${longest} characters.`);
  }
  const reader = new Reader(text);
  const query = reader.either(null, 0);
  reader.space();
  if (!reader.done()) throw reader.wrong('a word or a closing parenthesis');
  return query;
}

class Reader {
  private at = 0;
  private readonly text: string;
  constructor(text: string) {
    this.text = text;
  }

  done(): boolean {
    return this.at >= this.text.length;
  }

  space(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
  }

  wrong(expected: string): Problem {
    return new Problem(
      'invalid',
      `The query cannot be read at character ${this.at + 1}: expected ${expected}.`,
    );
  }

  private take(pattern: RegExp): string | undefined {
    const found = new RegExp(pattern.source, 'y');
    found.lastIndex = this.at;
    const match = found.exec(this.text)?.[0];
    if (match !== undefined) this.at += match.length;
    return match;
  }

  either(field: string | null, depth: number): Query {
    if (depth > deepest)
      throw new Problem('invalid', `A query has at most ${deepest} parentheses in each other.`);
    const parts = [this.every(field, depth)];
    for (this.space(); this.take(/(OR(?=[\s(])|\|\|)\s*/) !== undefined; this.space()) {
      parts.push(this.every(field, depth));
    }
    return parts.length === 1 ? (parts[0] as Query) : { kind: 'or', parts };
  }

  private every(field: string | null, depth: number): Query {
    const parts: Query[] = [];
    for (;;) {
      this.space();
      if (parts.length > 0 && this.take(/(AND(?=[\s(])|&&)\s*/) !== undefined) this.space();
      if (
        this.done() ||
        this.text[this.at] === ')' ||
        /^(OR[\s(]|\|\|)/.test(this.text.slice(this.at, this.at + 3))
      )
        break;
      parts.push(this.unary(field, depth));
    }
    if (parts.length === 0) {
      if (depth > 0 || !this.done()) throw this.wrong('a word');
      return { kind: 'all' };
    }
    return parts.length === 1 ? (parts[0] as Query) : { kind: 'and', parts };
  }

  private unary(field: string | null, depth: number): Query {
    if (this.take(/(NOT(?=[\s(])\s*|[-!](?=\S))/) !== undefined) {
      if (depth > deepest) throw this.wrong('fewer negations');
      return { kind: 'not', part: this.unary(field, depth + 1) };
    }
    this.take(/\+/);
    if (this.take(/\(/) !== undefined) return this.inside(field, depth);
    if (this.take(/\*:\*/) !== undefined) return { kind: 'all' };
    const named = this.take(/[\w.-]+:(?=\S)/);
    if (named === undefined) return this.value(field);
    const its = named.slice(0, -1);
    if (this.take(/\(/) !== undefined) return this.inside(its, depth);
    const range = this.take(/[[{]\s*\S+\s+TO\s+[^\s\]}]+\s*[\]}]/);
    if (range !== undefined) {
      const [, from = '*', to = '*'] = /^[[{]\s*(\S+)\s+TO\s+(\S+?)\s*[\]}]$/.exec(range) ?? [];
      return { kind: 'range', field: its, from: unquoted(from), to: unquoted(to) };
    }
    return this.value(its);
  }

  private inside(field: string | null, depth: number): Query {
    const query = this.either(field, depth + 1);
    this.space();
    if (this.take(/\)(\^[\d.]+)?/) === undefined) throw this.wrong('“)”');
    return query;
  }

  private value(field: string | null): Query {
    const quoted = this.take(/"(?:[^"\\]|\\.)*"/);
    const text = quoted ?? this.take(/(?:[^\s"()[\]{}\\]|\\.)+/);
    if (text === undefined) throw this.wrong('a word or a “quoted phrase”');
    if (quoted !== undefined) {
      this.take(/[~^][\d.]*/);
      return { kind: 'term', field, value: unquoted(quoted), phrase: true };
    }
    const value = text.replace(/[~^][\d.]*$/, '').replace(/\\(.)/g, '$1');
    return value === '*' && field === null ? { kind: 'all' } : { kind: 'term', field, value, phrase: false };
  }
}

const unquoted = (text: string) => (text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text);
