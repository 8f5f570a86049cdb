import { decodeFile } from '../../kit/files/decode-file.ts';
import { openWorkbook } from '../../kit/files/read-xlsx.ts';
import { CsvSplitter, type SourceRow } from '../../kit/files/split-csv.ts';
import { isProblem, Problem } from '../../kit/problem.ts';
import { type FileShape, limits } from './table.ts';

/**
 * The records of a file from its header on, in batches; the first record of all is the header. Records without any
 * value are passed over. Memory does not grow with the file. Errors: invalid, with the line.
 */
export async function* readRecords(
  path: string,
  file: FileShape,
  onProgress: (part: number) => void = () => {},
): AsyncGenerator<SourceRow[], void, void> {
  let seen = false;
  for await (const batch of file.format === 'csv'
    ? csvRecords(path, file, onProgress)
    : sheetRecords(path, file, onProgress)) {
    const rows = batch.filter(
      ({ line, fields }) => line >= file.header && fields.some((field) => field.trim() !== ''),
    );
    if (rows.length === 0) continue;
    if (!seen && rows[0]?.line !== file.header) break;
    seen = true;
    yield rows;
  }
  if (!seen)
    throw new Problem('invalid', `Line ${file.header} holds no names of columns.`, {
      details: { line: file.header },
    });
}

async function* csvRecords(
  path: string,
  file: Extract<FileShape, { format: 'csv' }>,
  onProgress: (part: number) => void,
): AsyncGenerator<SourceRow[], void, void> {
  const { encoding, delimiter, quotes } = file;
  const splitter = new CsvSplitter({
    delimiter,
    quote: quotes ? '"' : undefined,
    maxRecord: limits.recordLength,
  });
  const text = decodeFile(path, {
    encoding,
    maxBytes: limits.unpackedBytes,
    onProgress: ({ read, total }) => onProgress(total === 0 ? 1 : read / total),
  });
  try {
    for await (const chunk of text) yield splitter.push(chunk);
    yield splitter.end();
  } catch (error) {
    throw reworded(error, path);
  }
}

async function* sheetRecords(
  path: string,
  file: Extract<FileShape, { format: 'xlsx' }>,
  onProgress: (part: number) => void,
): AsyncGenerator<SourceRow[], void, void> {
  const workbook = await openWorkbook(path);
  try {
    yield* workbook.rows(file.sheet, onProgress);
  } finally {
    workbook.close();
  }
}

/** The words of the importer of readings speak of its mapping and of the file's path on our disk. */
export function reworded(error: unknown, path: string): unknown {
  if (!isProblem(error)) return error;
  const message = error.message
    .replace(`${path}: `, '')
    .replaceAll(path, 'the file')
    .replace(
      /; name the file's true encoding in the mapping \(file\.encoding\)/,
      '; choose the encoding that the file has',
    )
    .replace(/; raise --max-bytes if that is right/, '')
    .replace(/file\.delimiter and file\.quote are wrong/, 'the separator is another one')
    .replace(/, or set file\.quote to none/, ', or choose that quotes are signs like others')
    .replace(/but the mapping says (\S+); set file\.encoding to/, 'but $1 was chosen; choose');
  return new Problem(error.kind, message, { details: error.details, cause: error });
}
