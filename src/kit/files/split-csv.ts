import { Problem } from '../problem.ts';

/**
 * One record of a file: the line on which it begins, counted from 1, and its cells as text. `fault` tells why the whole
 * record cannot be used.
 */
export type SourceRow = {
  line: number;
  fields: readonly string[];
  fault?: { column: string; value: string; reason: string };
};

export type CsvShape = {
  delimiter: string;
  /** The quote sign, or undefined where quotes are plain text. */
  quote: string | undefined;
  /** A record longer than this many characters stops the import: memory stays bounded. */
  maxRecord: number;
};

/**
 * Splits CSV [RFC 4180] that arrives in chunks. Rows without a quote, nearly all, take a path of native string searches.
 * Why this is not a package, by measurement: docs/decisions/005-csv-splitter.md.
 */
export class CsvSplitter {
  #rest = '';
  #line: number;
  readonly #shape: CsvShape;

  constructor(shape: CsvShape, firstLine = 1) {
    this.#shape = shape;
    this.#line = firstLine;
  }

  /** Rows that are complete now. @throws Problem `invalid` that names the line */
  push(chunk: string): SourceRow[] {
    return this.#split(this.#rest === '' ? chunk : this.#rest + chunk, false);
  }

  /** The last row, if the file does not end with a newline. */
  end(): SourceRow[] {
    if (this.#rest === '') return [];
    const rest = this.#rest;
    this.#rest = '';
    return this.#split(rest, true);
  }

  #split(text: string, last: boolean): SourceRow[] {
    const { delimiter, quote } = this.#shape;
    const rows: SourceRow[] = [];
    let at = 0;
    let nextQuote = quote === undefined ? -1 : text.indexOf(quote);
    while (at < text.length) {
      if (quote !== undefined && nextQuote >= 0 && nextQuote < at) nextQuote = text.indexOf(quote, at);
      const newline = text.indexOf('\n', at);
      if (nextQuote < 0 || (newline >= 0 && newline < nextQuote)) {
        if (newline < 0 && !last) break;
        const end = newline < 0 ? text.length : newline;
        const body =
          text.charCodeAt(end - 1) === 13 && end > at ? text.slice(at, end - 1) : text.slice(at, end);
        if (body.length > this.#shape.maxRecord) throw this.#tooLong();
        rows.push({ line: this.#line, fields: body.split(delimiter) });
        this.#line++;
        at = end + 1;
        continue;
      }
      const record = this.#quoted(text, at, last);
      if (record === undefined) break;
      if (record.end - at > this.#shape.maxRecord) throw this.#tooLong();
      rows.push({ line: this.#line, fields: record.fields });
      this.#line += record.lines;
      at = record.end;
    }
    if (!last) {
      this.#rest = at === 0 ? text : text.slice(at);
      if (this.#rest.length > this.#shape.maxRecord) throw this.#tooLong();
    }
    return rows;
  }

  /** A record with a quote in it; undefined when it goes on in the next chunk. */
  #quoted(
    text: string,
    start: number,
    last: boolean,
  ): { fields: string[]; end: number; lines: number } | undefined {
    const { delimiter, quote = '"' } = this.#shape;
    const fields: string[] = [];
    let at = start;
    let lines = 0;
    for (;;) {
      if (text[at] !== quote) {
        let end = at;
        while (end < text.length && text[end] !== delimiter && text[end] !== '\n') {
          if (text[end] === quote) {
            throw this.#fault(
              lines,
              fields.length,
              'a quote in the middle of a field',
              'double it and quote the whole field, or set file.quote to none',
            );
          }
          end++;
        }
        if (end === text.length && !last) return undefined;
        const ends = end === text.length || text[end] === '\n';
        fields.push(
          ends && text[end - 1] === '\r' && end > at ? text.slice(at, end - 1) : text.slice(at, end),
        );
        if (ends) return { fields, end: end + 1, lines: lines + 1 };
        at = end + 1;
        continue;
      }
      const openedAt = lines;
      let value = '';
      let from = at + 1;
      for (;;) {
        const close = text.indexOf(quote, from);
        if (close < 0 || (close === text.length - 1 && !last)) {
          if (!last) return undefined;
          throw this.#fault(
            openedAt,
            fields.length,
            'a quoted field that is never closed',
            'look for a missing quote',
          );
        }
        const piece = text.slice(from, close);
        for (let nl = piece.indexOf('\n'); nl >= 0; nl = piece.indexOf('\n', nl + 1)) lines++;
        value += piece;
        if (text[close + 1] !== quote) {
          at = close + 1;
          break;
        }
        value += quote;
        from = close + 2;
      }
      fields.push(value);
      if (text[at] === '\r' && at + 1 === text.length && !last) return undefined;
      if (at >= text.length) return { fields, end: at, lines: lines + 1 };
      if (text[at] === '\n') return { fields, end: at + 1, lines: lines + 1 };
      if (text[at] === '\r' && (text[at + 1] === '\n' || at + 1 === text.length))
        return { fields, end: at + 2, lines: lines + 1 };
      if (text[at] !== delimiter) {
        throw this.#fault(
          lines,
          fields.length - 1,
          `"${text[at]}" after a closing quote`,
          'a delimiter or the end of the line belongs there',
        );
      }
      at++;
      // A delimiter at the very end of the chunk: what follows it is not here yet.
      if (at === text.length && !last) return undefined;
    }
  }

  #fault(lines: number, field: number, what: string, advice: string): Problem {
    const line = this.#line + lines;
    return new Problem('invalid', `Line ${line}, field ${field + 1}: ${what}; ${advice}`, {
      details: { line, field: field + 1 },
    });
  }

  #tooLong(): Problem {
    return new Problem(
      'invalid',
      `Line ${this.#line}: a record of more than ${this.#shape.maxRecord} characters; the line endings or a quote may be missing, or file.delimiter and file.quote are wrong`,
      { details: { line: this.#line } },
    );
  }
}
