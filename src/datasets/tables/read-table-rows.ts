import type { Ctx } from '../../kit/context.ts';
import { type Queryable, sqlState } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { type FoundTable, relationOf, withTables } from './find-table.ts';
import { pageSql, type RowForm, whereSql } from './query-sql.ts';
import type { TableQuery } from './table.ts';

/** Rows of a search that are put in order by themselves; where there are more, the first of them are soon found. */
const mostKnown = 20_000;

export type TableRows = {
  table: FoundTable;
  /** The rows as the database wrote them: JSON objects or arrays, or lines of CSV, with a comma or line break between. */
  body: string;
  rows: number;
  /** Rows that the query asks for, all pages together; exact. */
  total: number | null;
  /** What to give as `after` for the next page, in the order of `_id`; null after the last row. */
  next: string | null;
};

/**
 * Rows of a dataset's table, named by the dataset's slug or its own id. The total of all rows is kept and costs
 * nothing; that of a filter is counted, unless it is not asked for. At most 32,000 rows come at once.
 * Errors: not-found; invalid, with the column or parameter; busy, when it takes too long.
 */
export async function readTableRows(
  ctx: Ctx,
  input: TableQuery & { of: { dataset: string } | { table: string }; form: RowForm; includeTotal?: boolean },
): Promise<TableRows> {
  return withTables(ctx, input.of, (pool, find) => readRowsFrom(pool, find, input));
}

/** The same from another audience's tables. A table that was replaced between the two looks is looked up again. */
export async function readRowsFrom(
  pool: Queryable,
  findTable: () => Promise<FoundTable | undefined>,
  input: TableQuery & { form: RowForm; includeTotal?: boolean },
): Promise<TableRows> {
  for (let attempt = 1; ; attempt++) {
    const table = await findTable();
    if (!table) throw new Problem('not-found', 'There is no such table.');
    try {
      return await readPage(pool, table, input);
    } catch (error) {
      const state = sqlState(error) ?? '';
      // 42P01: there is no such relation any more.
      if (state === '42P01' && attempt < 3) continue;
      // 22007, 22008: no such day or time; 22P02, 22003: no such number.
      if (['22007', '22008', '22P02', '22003'].includes(state))
        throw new Problem('invalid', 'A value that a filter gives is no value of its column.', {
          cause: error,
        });
      throw error;
    }
  }
}

async function readPage(
  pool: Queryable,
  table: FoundTable,
  input: TableQuery & { form: RowForm; includeTotal?: boolean },
): Promise<TableRows> {
  const known = input.q?.trim() ? await findWords(pool, table, input) : undefined;
  const { text, values, where, whereValues } = pageSql(table, input, input.form, known);
  const counted =
    (input.includeTotal ?? true)
      ? known
        ? known.length
        : where === undefined
          ? table.rows
          : pool
              .query<{ total: number }>(
                `select count(*)::float8 as total from ${relationOf(table)} where ${where}`,
                whereValues,
              )
              .then(({ rows }) => rows[0]?.total ?? 0)
      : null;
  const [page, total] = await Promise.all([
    pool.query<{ body: string; rows: number; last: string | null }>(text, values),
    counted,
  ]);
  const { body, rows, last } = page.rows[0] ?? { body: '', rows: 0, last: null };
  return { table, body, rows, total, next: rows > 0 && rows === (input.limit ?? 100) ? last : null };
}

/**
 * The numbers of the rows that a search meets, if they are not too many. Asked for rows in order, the planner takes rare
 * words for frequent ones and walks the whole table; asked for any rows it takes the index of words.
 */
async function findWords(
  pool: Queryable,
  table: FoundTable,
  query: TableQuery,
): Promise<string[] | undefined> {
  const values: unknown[] = [];
  const where = whereSql(table, query, values);
  const { rows } = await pool.query<{ ids: string[] | null }>(
    `select array_agg(_id) as ids from (select _id from ${relationOf(table)} where ${where} limit ${mostKnown + 1}) found`,
    values,
  );
  const ids = rows[0]?.ids ?? [];
  return ids.length > mostKnown ? undefined : ids;
}
