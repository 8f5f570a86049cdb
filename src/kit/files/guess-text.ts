import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { isProblem, Problem } from '../problem.ts';
import { CsvSplitter, type SourceRow } from './split-csv.ts';

export type WrittenAs = {
  encoding: string;
  delimiter: ',' | ';' | '\t' | '|';
  /** False: quotes are signs like others. */
  quotes: boolean;
  /** The line with the names, from 1. */
  header: number;
};

const headBytes = 1024 * 1024;
const recordLength = 1024 * 1024;

/** The first million bytes, unpacked where they are gzip. */
export async function readHead(path: string): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    const head = buffer.subarray(0, bytesRead);
    return head[0] === 0x1f && head[1] === 0x8b ? await unpackHead(head) : head;
  } finally {
    await handle.close();
  }
}

function unpackHead(packed: Buffer): Promise<Buffer> {
  return new Promise((resolve) => {
    const gunzip = createGunzip();
    const parts: Buffer[] = [];
    let size = 0;
    const done = () => {
      gunzip.destroy();
      resolve(Buffer.concat(parts).subarray(0, headBytes));
    };
    gunzip.on('data', (part: Buffer) => {
      parts.push(part);
      size += part.length;
      if (size >= headBytes) done();
    });
    // The beginning of a file ends too early, which is no fault of it; a damaged one is met when it is read whole.
    gunzip.on('error', done);
    gunzip.on('end', done);
    gunzip.end(packed);
  });
}

/**
 * How a text of rows is written, told from its beginning. Errors: invalid, when it is no text, or no quotes fit.
 */
export function guessText(head: Buffer): WrittenAs {
  const encoding = guessEncoding(head);
  const text = new TextDecoder(encoding).decode(head, { stream: true });
  const zero = text.indexOf('\0');
  if (zero >= 0) {
    const line = text.slice(0, zero).split('\n').length;
    throw new Problem('invalid', `Line ${line}: a zero byte. The file is not text; take CSV or .xlsx.`, {
      details: { line },
    });
  }
  const shapes = [',', ';', '\t', '|'].flatMap((delimiter) =>
    [true, false].map((quotes) => ({ delimiter, quotes })),
  );
  let best: { score: number; file: WrittenAs } | undefined;
  let fault: unknown;
  for (const { delimiter, quotes } of shapes) {
    let rows: SourceRow[];
    try {
      rows = new CsvSplitter({ delimiter, quote: quotes ? '"' : undefined, maxRecord: recordLength })
        .push(text)
        .slice(0, 500);
      // A file of one line ends without a line break.
      if (rows.length === 0) rows = [{ line: 1, fields: text.split(delimiter) }];
    } catch (error) {
      if (!isProblem(error)) throw error;
      if (quotes && delimiter === ',') fault = error;
      continue;
    }
    const { width, share, header } = shapeOf(rows);
    // Quotes around fields are the rule; a comma is the usual one.
    const score =
      (width > 1 ? share * 100 + Math.min(width, 20) : 1) + (quotes ? 0.5 : 0) - (quotes ? 0 : 30);
    if (!best || score > best.score)
      best = {
        score,
        file: { encoding, delimiter: delimiter as ',', quotes, header },
      };
  }
  if (!best) throw fault;
  return best.file;
}

export function guessEncoding(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  // The last character may be cut.
  for (let cut = 0; cut < 4; cut++) if (isUtf8(head.subarray(0, head.length - cut))) return 'utf-8';
  return 'windows-1252';
}

/** How many fields most records have, what share of them, and the line of the first such record with a name in it. */
function shapeOf(rows: readonly SourceRow[]): { width: number; share: number; header: number } {
  const filled = rows.filter(({ fields }) => fields.some((field) => field.trim() !== ''));
  const counts = new Map<number, number>();
  for (const { fields } of filled) counts.set(fields.length, (counts.get(fields.length) ?? 0) + 1);
  const [width, count] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [1, 0];
  // Names are no numbers. Titles before them fill fewer fields.
  const names = filled.slice(0, 50).find(({ fields }) => fields.length * 2 > width && isNames(fields));
  const header = (names ?? filled.find(({ fields }) => fields.length === width) ?? filled[0])?.line ?? 1;
  return { width, share: count / Math.max(1, filled.length), header: Math.min(header, 1000) };
}

function isNames(fields: readonly string[]): boolean {
  const given = fields.filter((field) => field.trim() !== '');
  return given.length * 2 > fields.length && given.every((field) => !/^[\d.,:/+-]+$/.test(field.trim()));
}
