import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { openWorkbook } from '../../kit/files/read-xlsx.ts';
import { CsvSplitter, type SourceRow } from '../../kit/files/split-csv.ts';
import { isProblem, Problem } from '../../kit/problem.ts';
import { guessType } from './guess-types.ts';
import { readRecords, reworded } from './read-records.ts';
import { type FileGuess, type FileShape, type GuessNote, limits, mostColumns } from './table.ts';

/** Rows that are looked at to tell the types: a default of the software. */
const sampleRows = 5000;
const headBytes = 1024 * 1024;

/**
 * Tells how a file is written and which columns it has, from its beginning. With `shape`, as somebody corrected it.
 * Errors: invalid, when it is no table: with the line where there is one.
 */
export async function guessFile(path: string, shape?: FileShape): Promise<FileGuess> {
  const head = await readHead(path);
  if (head.length === 0) throw new Problem('invalid', 'The file is empty.');
  const zipped = head.subarray(0, 4).equals(Buffer.from([0x50, 0x4b, 3, 4]));
  if (head.subarray(0, 8).equals(Buffer.from('d0cf11e0a1b11ae1', 'hex')))
    throw new Problem(
      'invalid',
      'This is a workbook of the old kind (.xls), or one with a password. Save it as .xlsx without one, or as CSV.',
    );
  if (head.subarray(0, 5).toString('latin1') === '%PDF-')
    throw new Problem('invalid', 'This is a PDF, which holds no table to read. Take CSV or .xlsx.');
  if (
    /^\s*[[{]/.test(
      head
        .subarray(0, 100)
        .toString('latin1')
        .replace(/^\u00ef\u00bb\u00bf/, ''),
    )
  )
    throw new Problem('invalid', 'This is JSON, which is no table of rows and columns. Take CSV or .xlsx.');
  let sheets: string[] = [];
  if (zipped) {
    const workbook = await openWorkbook(path);
    sheets = workbook.sheets;
    workbook.close();
  }
  const notes: GuessNote[] = [];
  const file = shape ?? (zipped ? await guessSheet(path, sheets) : guessText(head, path, notes));
  return { file, sheets, ...(await guessColumns(path, file, notes)), notes };
}

/** The first million bytes, unpacked where they are gzip. */
async function readHead(path: string): Promise<Buffer> {
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

function guessText(head: Buffer, path: string, notes: GuessNote[]): FileShape {
  const encoding = guessEncoding(head);
  if (encoding === 'windows-1252') notes.push({ what: 'legacy-encoding', at: encoding });
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
  let best: { score: number; file: FileShape } | undefined;
  let fault: unknown;
  for (const { delimiter, quotes } of shapes) {
    let rows: SourceRow[];
    try {
      rows = new CsvSplitter({ delimiter, quote: quotes ? '"' : undefined, maxRecord: limits.recordLength })
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
        file: { format: 'csv', encoding, delimiter: delimiter as ',', quotes, fill: false, header },
      };
  }
  if (!best) throw reworded(fault, path);
  return best.file;
}

function guessEncoding(head: Buffer): string {
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

async function guessSheet(path: string, sheets: readonly string[]): Promise<FileShape> {
  const [sheet = ''] = sheets;
  const workbook = await openWorkbook(path);
  try {
    const rows: SourceRow[] = [];
    for await (const batch of workbook.rows(sheet)) {
      rows.push(...batch.filter(({ fields }) => fields.length > 0));
      if (rows.length >= 50) break;
    }
    // Titles stand in one cell; names of columns fill their row.
    const widest = Math.max(0, ...rows.map(({ fields }) => fields.length));
    const filled = (fields: readonly string[]) => fields.filter((field) => field !== '').length;
    const header = rows.find(({ fields }) => filled(fields) >= Math.max(1, widest * 0.6)) ?? rows[0];
    return { format: 'xlsx', sheet, header: Math.min(header?.line ?? 1, 1000) };
  } finally {
    workbook.close();
  }
}

async function guessColumns(
  path: string,
  file: FileShape,
  notes: GuessNote[],
): Promise<Pick<FileGuess, 'columns' | 'rows'>> {
  let header: SourceRow | undefined;
  const sample: SourceRow[] = [];
  for await (const batch of readRecords(path, file)) {
    for (const row of batch) {
      if (!header) header = row;
      else if (sample.length < sampleRows) sample.push(row);
    }
    if (sample.length >= sampleRows) break;
  }
  const names = (header?.fields ?? []).map((name) =>
    name
      .replaceAll(/\p{Cc}+/gu, ' ')
      .normalize('NFC')
      .trim(),
  );
  // A workbook's header may be shorter than its rows.
  const width =
    file.format === 'xlsx'
      ? Math.max(names.length, ...sample.map(({ fields }) => fields.length))
      : names.length;
  const uneven = sample.find(
    ({ fields }) =>
      fields.slice(width).some((field) => field !== '') || (file.format === 'csv' && fields.length < width),
  );
  if (uneven) notes.push({ what: 'uneven', at: String(uneven.line) });
  const seen = new Set<string>();
  const columns: FileGuess['columns'] = [];
  for (let field = 0; field < width; field++) {
    const values = sample.map(({ fields }) => fields[field] ?? '').filter((value) => value.trim() !== '');
    const written = (names[field] ?? '').slice(0, 200);
    // A separator at the end of every line makes a column of nothing.
    if (written === '' && values.length === 0) continue;
    if (written === '') notes.push({ what: 'no-name', at: String(field + 1) });
    let name = written === '' || written === '_id' ? `column ${field + 1}` : written;
    for (let number = 2; seen.has(name); number++) {
      if (number === 2) notes.push({ what: 'same-name', at: written });
      name = `${written.slice(0, 190)} ${number}`;
    }
    seen.add(name);
    const { type, format, note } = guessType(values);
    if (note) notes.push({ what: note, at: name });
    columns.push({
      field,
      name,
      type,
      format,
      empty: values.length < sample.length,
      examples: values.slice(0, 3).map((value) => value.slice(0, 80)),
    });
  }
  if (columns.length > mostColumns)
    throw new Problem(
      'invalid',
      `Line ${file.header} names ${columns.length} columns; a table has at most ${mostColumns}.`,
      { details: { line: file.header } },
    );
  if (columns.length === 0)
    throw new Problem('invalid', `Line ${file.header} holds no names of columns.`, {
      details: { line: file.header },
    });
  return { columns, rows: sample.length };
}
