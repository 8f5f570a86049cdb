import { decodeFile, type FileProgress } from '../../kit/files/decode-file.ts';
import { CsvSplitter, type SourceRow } from '../../kit/files/split-csv.ts';
import { Problem } from '../../kit/problem.ts';
import type { FileShape } from './mapping.ts';
import { parseJson } from './parse-json.ts';
import { parseRelaxedObject } from './relaxed-object.ts';
import { JsonSplitter } from './split-json.ts';

export type ReadOptions = {
  maxBytes?: number | undefined;
  onProgress?: (progress: FileProgress) => void;
};

export type RowBatch = { header: readonly string[]; rows: SourceRow[] };

/** A record longer than this is not a record of readings. */
const maxRecord = 1024 * 1024;

/**
 * Reads a file's records in batches, in their order. The header of a CSV file is its own; a JSON file's is `wanted`, the
 * dotted paths that the mapping names. Memory does not grow with the file.
 * @throws Problem `invalid` with the line of what is malformed
 */
export async function* readRows(
  path: string,
  file: FileShape,
  wanted: readonly string[],
  options: ReadOptions = {},
): AsyncGenerator<RowBatch, void, void> {
  const text = decodeFile(path, { encoding: file.encoding, ...options });
  if (file.format === 'csv') yield* csvRows(text, file);
  else yield* jsonRows(text, file, [...new Set(wanted)]);
}

async function* csvRows(text: AsyncIterable<string>, file: FileShape): AsyncGenerator<RowBatch, void, void> {
  const splitter = new CsvSplitter(
    { delimiter: file.delimiter, quote: file.quote === 'none' ? undefined : file.quote, maxRecord },
    file.skip_lines + 1,
  );
  let header: readonly string[] | undefined = file.columns;
  const batch = (rows: SourceRow[]): RowBatch | undefined => {
    let body = rows;
    if (header === undefined) {
      const first = rows[0];
      if (first === undefined) return undefined;
      if (first.fields.every((field) => field.trim() === '')) throw noHeader(first.line);
      if (first.fields.some((field) => /\r[^\r\n]/.test(field))) throw loneReturns(first.line);
      header = first.fields;
      body = rows.slice(1);
    }
    return { header, rows: body };
  };
  for await (const chunk of withoutLines(text, file.skip_lines)) {
    const next = batch(splitter.push(chunk));
    if (next) yield next;
  }
  const last = batch(splitter.end());
  if (last) yield last;
  if (header === undefined) throw noHeader(file.skip_lines + 1);
}

function noHeader(line: number): Problem {
  return new Problem(
    'invalid',
    `Line ${line}: no header row; if the file has none, name its columns in the mapping (file.columns), and if lines precede it, skip them (file.skip_lines)`,
    { details: { line } },
  );
}

function loneReturns(line: number): Problem {
  return new Problem(
    'invalid',
    `Line ${line}: the lines end in a carriage return alone; convert them first, for example by: tr '\\r' '\\n'`,
    { details: { line } },
  );
}

async function* withoutLines(text: AsyncIterable<string>, count: number): AsyncGenerator<string, void, void> {
  let left = count;
  for await (const chunk of text) {
    let at = 0;
    while (left > 0) {
      const newline = chunk.indexOf('\n', at);
      if (newline < 0) break;
      at = newline + 1;
      left--;
    }
    if (left === 0 && at < chunk.length) yield at === 0 ? chunk : chunk.slice(at);
  }
}

async function* jsonRows(
  text: AsyncIterable<string>,
  file: FileShape,
  wanted: readonly string[],
): AsyncGenerator<RowBatch, void, void> {
  const paths = wanted.map((column) => column.split('.'));
  const toRow = (line: number, value: unknown): SourceRow => {
    const record: Record<string, unknown> = isObject(value) ? { ...value } : { value };
    for (const payload of file.payloads) {
      const held = textOf(pick(record, payload.column.split('.')));
      try {
        // An absent payload is missing like an empty cell; one that cannot be read is a fault of the record.
        if (held !== '') record[payload.into] = decodePayload(held, payload);
      } catch (error) {
        const reason = `the payload cannot be read: ${error instanceof Problem ? error.message : 'unknown'}`;
        return { line, fields: [], fault: { column: payload.column, value: held, reason } };
      }
    }
    return { line, fields: paths.map((path) => textOf(pick(record, path))) };
  };

  if (file.format === 'ndjson') {
    const splitter = new CsvSplitter({ delimiter: '\n', quote: undefined, maxRecord });
    const parse = (lines: SourceRow[]): RowBatch => ({
      header: wanted,
      rows: lines.flatMap(({ line, fields }) => {
        const source = fields[0] ?? '';
        return source.trim() === ''
          ? [{ line, fields: wanted.map(() => '') }]
          : [toRow(line, parseLine(line, source))];
      }),
    });
    for await (const chunk of text) yield parse(splitter.push(chunk));
    yield parse(splitter.end());
    return;
  }
  const splitter = new JsonSplitter(file.list, maxRecord);
  for await (const chunk of text) {
    yield { header: wanted, rows: splitter.push(chunk).map(({ line, value }) => toRow(line, value)) };
  }
  splitter.end();
}

function parseLine(line: number, source: string): unknown {
  try {
    return parseJson(source);
  } catch (cause) {
    throw new Problem('invalid', `Line ${line}: not JSON: ${cause instanceof Error ? cause.message : ''}`, {
      details: { line },
      cause,
    });
  }
}

export function decodePayload(held: string, payload: FileShape['payloads'][number]): unknown {
  let text = held;
  if (payload.encoding !== 'text') {
    const wellFormed = payload.encoding === 'hex' ? /^(?:[0-9a-fA-F]{2})*$/ : /^[A-Za-z0-9+/]*={0,2}$/;
    if (!wellFormed.test(held)) throw new Problem('invalid', `not ${payload.encoding}`);
    const bytes = Buffer.from(held, payload.encoding);
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch (cause) {
      throw new Problem('invalid', 'not text in UTF-8', { cause });
    }
  }
  if (payload.as === 'relaxed-object') return parseRelaxedObject(text);
  try {
    return parseJson(text);
  } catch (cause) {
    throw new Problem('invalid', 'not JSON', { cause });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function pick(record: unknown, path: readonly string[]): unknown {
  let here: unknown = record;
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined;
    here = Reflect.get(here, step);
  }
  return here;
}

export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string'
    ? value
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);
}
