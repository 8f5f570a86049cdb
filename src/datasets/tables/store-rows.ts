import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { Ctx } from '../../kit/context.ts';
import type { Tx } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { relationOf } from './find-table.ts';
import {
  indexRelation,
  type LockedTable,
  lockTable,
  makeRelation,
  nextGeneration,
  readTable,
  settleTable,
} from './settle-table.ts';
import { limits, type StoreMode, type TableColumn } from './table.ts';

/** A row's values as PostgreSQL reads them, in the order of the columns. */
export type StoredRow = readonly (string | null)[];

export type StoredRows = {
  rows: number;
  /** Rows that took the place of others of the same key: older ones, or ones further up in the same file. */
  replaced: number;
};

/**
 * Stores rows into a dataset's table in the caller's transaction, and settles what may be seen of it. `replace` takes
 * the columns as they are given; `append` and `upsert` keep those that are there, by their names. A table with a key
 * holds one row for each: of several in a file the last one stays.
 * Errors: conflict, when the columns do not fit those that are there; not-found.
 */
export async function storeRows(
  tx: Tx,
  ctx: Ctx,
  input: {
    datasetId: string;
    mode: StoreMode;
    columns: readonly Omit<TableColumn, 'position'>[];
    rows: AsyncIterable<StoredRow[]>;
  },
): Promise<StoredRows> {
  const table = await openTable(tx, ctx, input.datasetId);
  const fresh = input.mode === 'replace' || table.generation === null;
  const columns = fresh
    ? input.columns.map((column, index) => ({ ...column, position: index + 1 }))
    : matchColumns(table, input.columns);
  const keys = columns.filter(({ isKey }) => isKey);
  if (input.mode === 'append' && keys.length > 0 && !fresh)
    throw new Problem('conflict', 'This table has a key: update its rows by key, or replace them all.');
  const side = fresh ? 'private' : (table.lies as string);
  const generation = fresh ? await nextGeneration(tx, table.id) : (table.generation as number);
  if (fresh) await makeRelation(tx, side, table.id, generation, columns);
  const target = relationOf({ schema: side as 'private', id: table.id, generation });
  const first = fresh ? 1 : table.nextRow;
  let stored: StoredRows & { added: number };
  if (keys.length === 0) {
    const rows = await copyRows(tx, target, columns, input.rows, first);
    stored = { rows, replaced: 0, added: rows };
  } else {
    const scratchNumber = await nextGeneration(tx, table.id);
    await makeRelation(tx, 'private', table.id, scratchNumber, columns);
    const scratch = relationOf({ schema: 'private', id: table.id, generation: scratchNumber });
    const rows = await copyRows(tx, scratch, columns, input.rows, 1);
    stored = { ...(await mergeRows(tx, scratch, target, columns, keys, first)), rows };
    await tx.query('select private.drop_relation($1, $2, $3)', ['private', table.id, scratchNumber]);
  }
  const total = (fresh ? 0 : table.rows) + stored.added;
  if (fresh || total >= limits.indexFrom) await indexRelation(tx, side, table.id, generation, columns, total);
  if (fresh) await describe(tx, table.id, columns);
  await tx.query(
    `update private.data_table set generation = $2, lies = $3, rows = $4, next_row = $5, version = version + 1, changed_at = $6
     where id = $1`,
    [table.id, generation, side, total, first + stored.added, ctx.clock.now()],
  );
  const changed = (await lockTable(tx, input.datasetId)) as LockedTable;
  const appended = !fresh && keys.length === 0;
  await settleTable(tx, ctx, changed, appended ? first - 1 : undefined);
  return { rows: stored.rows, replaced: stored.replaced };
}

/** The dataset's table, made now if it has none: its local times are those of its city. */
async function openTable(tx: Tx, ctx: Ctx, datasetId: string): Promise<LockedTable> {
  await tx.query(
    `insert into private.data_table (dataset_id, zone, made_at, changed_at)
     select d.id, coalesce(p.time_zone, (select min(time_zone) from released.place where parent is null having count(*) = 1), 'UTC'), $2, $2
     from private.dataset d left join released.place p on p.slug = d.place where d.id = $1
     on conflict (dataset_id) do nothing`,
    [datasetId, ctx.clock.now()],
  );
  await tx.query('select from private.data_table where dataset_id = $1 for update', [datasetId]);
  const table = await readTable(tx, datasetId);
  if (!table) throw new Problem('not-found', 'There is no such dataset.');
  return table;
}

/** The columns of the table in the order in which the file has them; those that the file leaves out stay empty. */
function matchColumns(table: LockedTable, given: readonly Omit<TableColumn, 'position'>[]): TableColumn[] {
  const known = new Map(table.columns.map((column) => [column.name, column]));
  const matched = given.map(({ name, type }) => {
    const column = known.get(name);
    if (!column)
      throw new Problem(
        'conflict',
        `The table has no column “${name}”. Leave it out, or replace the whole table.`,
        { details: { column: name } },
      );
    if (column.type !== type)
      throw new Problem(
        'conflict',
        `“${name}” is a column of type ${column.type} in the table, not ${type}.`,
        { details: { column: name } },
      );
    return column;
  });
  const missing = table.columns.filter((column) => !column.nullable && !matched.includes(column));
  if (missing.length > 0)
    throw new Problem(
      'conflict',
      `The file lacks columns that must not be empty: ${missing.map(({ name }) => name).join(', ')}.`,
    );
  return matched;
}

async function describe(tx: Tx, tableId: string, columns: readonly TableColumn[]): Promise<void> {
  await tx.query('delete from private.table_column where table_id = $1', [tableId]);
  await tx.query(
    `insert into private.table_column (table_id, position, name, type, nullable, is_key, format)
     select $1, c.position, c.name, c.type, c.nullable, c."isKey", c.format
     from jsonb_to_recordset($2) as c (position int, name text, type text, nullable boolean, "isKey" boolean, format text)`,
    [tableId, JSON.stringify(columns)],
  );
}

async function copyRows(
  tx: Tx,
  target: string,
  columns: readonly TableColumn[],
  batches: AsyncIterable<StoredRow[]>,
  first: number,
): Promise<number> {
  const names = ['_id', ...columns.map(({ position }) => `c${position}`)].join(', ');
  let next = first;
  async function* lines() {
    for await (const rows of batches) {
      let text = '';
      for (const row of rows) {
        text += String(next++);
        for (const value of row) text += value === null ? '\t\\N' : `\t${escaped(value)}`;
        text += '\n';
      }
      if (text) yield text;
    }
  }
  await pipeline(
    Readable.from(lines(), { objectMode: false, highWaterMark: 256 * 1024 }),
    tx.query(copyFrom(`copy ${target} (${names}) from stdin`)),
  );
  return next - first;
}

/** As COPY's text format wants it. */
function escaped(value: string): string {
  return /[\\\t\n\r]/.test(value)
    ? value.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
    : value;
}

/** Rows of a known key replace what is there, the others are added; of several in `scratch` the last one counts. */
async function mergeRows(
  tx: Tx,
  scratch: string,
  target: string,
  columns: readonly TableColumn[],
  keys: readonly TableColumn[],
  first: number,
): Promise<{ replaced: number; added: number }> {
  const names = columns.map(({ position }) => `c${position}`);
  const same = (a: string, b: string) =>
    keys.map(({ position }) => `${a}.c${position} = ${b}.c${position}`).join(' and ');
  const key = keys.map(({ position }) => `c${position}`).join(', ');
  const repeated = await tx.query(
    `delete from ${scratch} n using (select ${key}, max(_id) as newest from ${scratch} group by ${key} having count(*) > 1) m
     where ${same('n', 'm')} and n._id < m.newest`,
  );
  const others = names.filter((name) => !keys.some(({ position }) => `c${position}` === name));
  const updated =
    others.length === 0
      ? { rowCount: 0 }
      : await tx.query(
          `update ${target} t set ${others.map((name) => `${name} = n.${name}`).join(', ')} from ${scratch} n where ${same('t', 'n')}`,
        );
  const added = await tx.query(
    `insert into ${target} (_id, ${names.join(', ')})
     select ${Math.trunc(first)} - 1 + row_number() over (order by n._id), ${names.map((name) => `n.${name}`).join(', ')}
     from ${scratch} n where not exists (select from ${target} t where ${same('t', 'n')}) order by n._id`,
  );
  return { replaced: (updated.rowCount ?? 0) + (repeated.rowCount ?? 0), added: added.rowCount ?? 0 };
}
