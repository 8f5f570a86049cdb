import { guessEncoding, guessText, readHead } from '../../kit/files/guess-text.ts';
import { isProblem, Problem } from '../../kit/problem.ts';
import { type FileShape, fileSchema } from './mapping.ts';
import { parseJson } from './parse-json.ts';
import { readRows } from './read-rows.ts';
import { flatten, payloadIn } from './sample-json.ts';
import { JsonSplitter } from './split-json.ts';

/** How a file is written, and some of its rows: from its beginning to its end, but not all where there are many. */
export type Sample = {
  file: FileShape;
  /** As a mapping names them: `#3` where the header has no name, or the same twice. */
  columns: string[];
  rows: string[][];
  /** Some rows end before the header does. */
  ragged: boolean;
  /** Every row is among them. */
  whole: boolean;
};

/** Defaults of the software: rows kept, and characters read, to guess from. */
const mostRows = 40_000;
const mostCells = 4_000_000;

/** Looks at a file as nobody has described it yet. Errors: invalid, when it is neither rows nor records. */
export async function sampleFile(path: string): Promise<Sample> {
  const head = await readHead(path);
  if (head.length === 0) throw new Problem('invalid', 'The file is empty.');
  if (head.subarray(0, 4).equals(Buffer.from([0x50, 0x4b, 3, 4])))
    throw new Problem(
      'invalid',
      'This is a workbook or a packed folder. Save it as CSV, or pack it with gzip.',
    );
  const encoding = guessEncoding(head);
  const text = new TextDecoder(encoding).decode(head, { stream: true });
  if (!/^\s*[[{]/.test(text)) {
    const { delimiter, quotes, header } = guessText(head);
    const file = fileSchema.parse({
      delimiter,
      encoding,
      skip_lines: header - 1,
      ...(quotes ? {} : { quote: 'none' }),
    });
    return sampleRows(path, file, []);
  }
  const found = guessJson(text, encoding);
  const payloads = payloadIn(found.records);
  const file = fileSchema.parse({ ...found.file, payloads });
  return sampleRows(path, file, flatten(found.records, file.payloads));
}

/** The same of a file whose writing is known. */
export async function sampleRows(path: string, file: FileShape, wanted: readonly string[]): Promise<Sample> {
  let header: readonly string[] = [];
  let rows: string[][] = [];
  let [step, seen, ragged] = [1, 0, false];
  for await (const batch of readRows(path, file, wanted)) {
    header = batch.header;
    for (const { fields } of batch.rows) {
      if (fields.every((field) => field.trim() === '')) continue;
      ragged ||= fields.length < header.length;
      if (seen++ % step === 0) rows.push(fields.slice(0, header.length));
    }
    const most = Math.min(mostRows, Math.ceil(mostCells / Math.max(1, header.length)));
    if (rows.length > most) {
      // Every second row goes, so that what is kept reaches from the beginning to the end.
      rows = rows.filter((_, at) => at % 2 === 0);
      step *= 2;
    }
  }
  const names = header.map((name) => name.trim());
  const columns = names.map((name, at) =>
    name === '' || names.indexOf(name) !== names.lastIndexOf(name) || /^#\d+$/.test(name)
      ? `#${at + 1}`
      : name,
  );
  return { file, columns, rows, ragged, whole: step === 1 };
}

type JsonGuess = { file: { format: 'json' | 'ndjson'; encoding: string; list?: string }; records: unknown[] };

/** An array, an object that holds one, or an object on each line. */
function guessJson(text: string, encoding: string): JsonGuess {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const complete = lines.length > 1 ? lines.slice(0, -1) : lines;
  const parsed = complete.slice(0, 200).map(tryParse);
  if (lines.length > 1 && parsed.every(isRecord))
    return { file: { format: 'ndjson', encoding }, records: parsed };
  const lists = text.trimStart().startsWith('[')
    ? [undefined]
    : [...new Set([...text.matchAll(/"([^".\\]{1,80})"\s*:\s*\[/g)].slice(0, 50).map(([, name]) => name))];
  let best: JsonGuess | undefined;
  for (const list of lists) {
    const records = recordsOf(text, list).filter(isRecord);
    if (records.length > (best?.records.length ?? 0))
      best = { file: { format: 'json', encoding, ...(list === undefined ? {} : { list }) }, records };
  }
  if (best) return best;
  if (parsed.length > 0 && parsed.every(isRecord))
    return { file: { format: 'ndjson', encoding }, records: parsed };
  throw new Problem('invalid', 'No list of records was found in this JSON.');
}

function recordsOf(text: string, list: string | undefined): unknown[] {
  try {
    return new JsonSplitter(list, 1024 * 1024).push(text).map(({ value }) => value);
  } catch (error) {
    if (isProblem(error)) return [];
    throw error;
  }
}

function tryParse(line: string): unknown {
  try {
    return parseJson(line);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
