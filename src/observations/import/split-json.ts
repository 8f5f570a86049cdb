import { Problem } from '../../kit/problem.ts';
import { parseJson } from './parse-json.ts';

/** One record of a JSON file and the line on which it begins. */
export type JsonRecord = { line: number; value: unknown };

type Frame = { kind: 'object' | 'array'; name: string | undefined };

/**
 * Finds the records of a JSON file that arrives in chunks: the elements of the array at `list` (a dotted path; absent:
 * the file is the array). Only one record at a time is held, so memory does not grow with the file.
 */
export class JsonSplitter {
  readonly #path: readonly string[];
  readonly #maxRecord: number;
  #text = '';
  #at = 0;
  #line = 1;
  #stack: Frame[] = [];
  /** Where the current record begins in #text, or -1. */
  #start = -1;
  #startLine = 1;
  #lastString: string | undefined;
  #found = false;
  #ended = false;

  constructor(list: string | undefined, maxRecord: number) {
    this.#path = list === undefined ? [] : list.split('.');
    this.#maxRecord = maxRecord;
  }

  /** Records that are complete now. @throws Problem `invalid` that names the line */
  push(chunk: string): JsonRecord[] {
    this.#text += chunk;
    const records = this.#scan();
    const keep = this.#start >= 0 ? this.#start : this.#at;
    this.#text = this.#text.slice(keep);
    this.#at -= keep;
    if (this.#start >= 0) this.#start = 0;
    if (this.#text.length > this.#maxRecord) {
      throw this.#fault(`a record of more than ${this.#maxRecord} characters`);
    }
    return records;
  }

  end(): void {
    const where = this.#path.length === 0 ? 'an array' : `an array at file.list: ${this.#path.join('.')}`;
    if (!this.#found) throw this.#fault(`the file holds no ${where.slice(3)}`);
    if (!this.#ended) throw this.#fault('the file ends in the middle');
  }

  /** True while the innermost open bracket is the array whose elements are the records. */
  #inList(): boolean {
    const depth = this.#path.length;
    return (
      this.#stack.length === depth + 1 &&
      this.#stack[depth]?.kind === 'array' &&
      this.#path.every(
        (step, index) => this.#stack[index]?.kind === 'object' && this.#stack[index]?.name === step,
      )
    );
  }

  #scan(): JsonRecord[] {
    const text = this.#text;
    const records: JsonRecord[] = [];
    while (this.#at < text.length) {
      const sign = text[this.#at] ?? '';
      if (sign === '"') {
        const end = closingQuote(text, this.#at);
        if (end < 0) return records;
        if (this.#start < 0) {
          if (this.#inList()) this.#begin();
          this.#lastString = text.slice(this.#at, end + 1);
        }
        this.#at = end + 1;
        continue;
      }
      if (sign === '\n') this.#line++;
      else if (sign === '{' || sign === '[') this.#open(sign);
      else if (sign === '}' || sign === ']') this.#close(sign, records);
      else if (sign === ',') this.#comma(records);
      else if (sign === ':' && this.#start < 0) this.#name();
      else if (sign > ' ' && this.#start < 0 && this.#inList()) this.#begin();
      this.#at++;
    }
    return records;
  }

  #begin(): void {
    this.#start = this.#at;
    this.#startLine = this.#line;
  }

  #open(sign: '{' | '['): void {
    if (this.#ended && this.#stack.length === 0) throw this.#fault('something follows the end');
    if (this.#start < 0 && this.#inList()) this.#begin();
    this.#stack.push({ kind: sign === '{' ? 'object' : 'array', name: undefined });
    if (this.#stack.length > 200) throw this.#fault('nested too deeply');
    if (this.#start < 0 && this.#inList()) this.#found = true;
  }

  #close(sign: '}' | ']', records: JsonRecord[]): void {
    if (this.#inList()) this.#finish(records);
    const frame = this.#stack.pop();
    if (frame?.kind !== (sign === '}' ? 'object' : 'array'))
      throw this.#fault(`"${sign}" without its beginning`);
    if (this.#stack.length === 0) this.#ended = true;
  }

  #comma(records: JsonRecord[]): void {
    if (this.#inList()) this.#finish(records);
  }

  #name(): void {
    const frame = this.#stack.at(-1);
    if (frame?.kind === 'object' && this.#lastString !== undefined)
      frame.name = String(this.#parse(this.#lastString));
  }

  #finish(records: JsonRecord[]): void {
    if (this.#start < 0) return;
    records.push({ line: this.#startLine, value: this.#parse(this.#text.slice(this.#start, this.#at)) });
    this.#start = -1;
  }

  #parse(text: string): unknown {
    try {
      return parseJson(text);
    } catch (cause) {
      throw new Problem(
        'invalid',
        `Line ${this.#startLine}: not JSON: ${cause instanceof Error ? cause.message : ''}`,
        {
          details: { line: this.#startLine },
          cause,
        },
      );
    }
  }

  #fault(what: string): Problem {
    return new Problem(
      'invalid',
      `Line ${this.#line}: ${what}; the file is not the JSON that the mapping describes`,
      {
        details: { line: this.#line },
      },
    );
  }
}

/** Index of the quote that closes the one at `open`, or -1 when it is not here yet. */
function closingQuote(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return at;
  }
  return -1;
}
