import { guessText, readHead } from '../../kit/files/guess-text.ts';
import { openWorkbook } from '../../kit/files/read-xlsx.ts';
import type { SourceRow } from '../../kit/files/split-csv.ts';
import { Problem } from '../../kit/problem.ts';
import { guessType } from './guess-types.ts';
import { readRecords, reworded } from './read-records.ts';
import { type FileGuess, type FileShape, type GuessNote, mostColumns } from './table.ts';

/** Rows that are looked at to tell the types: a default of the software. */
const sampleRows = 5000;

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
  const file = shape ?? (zipped ? await guessSheet(path, sheets) : textShape(head, path, notes));
  return { file, sheets, ...(await guessColumns(path, file, notes)), notes };
}

function textShape(head: Buffer, path: string, notes: GuessNote[]): FileShape {
  try {
    const file = guessText(head);
    if (file.encoding === 'windows-1252') notes.push({ what: 'legacy-encoding', at: file.encoding });
    return { format: 'csv', fill: false, ...file };
  } catch (error) {
    throw reworded(error, path);
  }
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
