import { isProblem, Problem } from '../../kit/problem.ts';
import { namedColumns } from './columns.ts';
import { type ImportedReading, makeInterpreter, type Reject, type RowInterpreter } from './interpret-row.ts';
import type { LoadedMapping, ReadingsMapping } from './mapping.ts';
import { type ReadOptions, type RowBatch, readRows } from './read-rows.ts';

/** What some rows of the file came to, and how many rows have been read until then. */
export type InterpretedRows = {
  readings: ImportedReading[];
  rejects: Reject[];
  interpreter: RowInterpreter;
  rowsRead: number;
};

/** The rows of a file as its mapping describes it. A fault names the file. */
export async function* fileRows(
  path: string,
  loaded: LoadedMapping,
  options: ReadOptions = {},
): AsyncGenerator<RowBatch, void, void> {
  const wanted = namedColumns(loaded.mapping).map(({ column }) => column);
  try {
    yield* readRows(path, loaded.mapping.file, wanted, options);
  } catch (error) {
    if (!isProblem(error) || error.message.includes(path)) throw error;
    throw new Problem(error.kind, `${path}: ${error.message}`, { details: error.details, cause: error });
  }
}

/**
 * Reads a file once from end to end without keeping anything, so that a malformed one is refused before anything of it
 * is stored. Returns its number of rows.
 * @throws Problem `invalid` with the place of the fault
 */
export async function checkFile(
  path: string,
  loaded: LoadedMapping,
  seeHeader: (header: readonly string[]) => void,
  options: ReadOptions = {},
): Promise<number> {
  let rows = 0;
  let seen = false;
  for await (const batch of fileRows(path, loaded, options)) {
    if (!seen) seeHeader(batch.header);
    seen = true;
    rows += batch.rows.length;
  }
  return rows;
}

/** Reads a file's readings in the order of its rows (those of a repeated hour told by order come last). */
export async function* interpretFile(
  path: string,
  loaded: LoadedMapping,
  mapping: ReadingsMapping,
  options: ReadOptions = {},
): AsyncGenerator<InterpretedRows, void, void> {
  let interpreter: RowInterpreter | undefined;
  let rowsRead = 0;
  for await (const { header, rows } of fileRows(path, loaded, options)) {
    interpreter ??= makeInterpreter(loaded, mapping, header);
    for (const row of rows) interpreter.read(row);
    rowsRead += rows.length;
    yield { ...interpreter.take(), interpreter, rowsRead };
  }
  if (interpreter === undefined) return;
  interpreter.finish();
  yield { ...interpreter.take(), interpreter, rowsRead };
}
