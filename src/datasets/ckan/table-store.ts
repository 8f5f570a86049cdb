import type { Ctx } from '../../kit/context.ts';
import { isProblem } from '../../kit/problem.ts';
import { findOpenTable } from '../tables/find-table.ts';
import { readTableRows } from '../tables/read-table-rows.ts';
import type { ColumnType, TableFilter } from '../tables/table.ts';
import { invalid } from './input.ts';
import type { Field, Found, Search } from './readings-store.ts';

const types: Record<ColumnType, Field['type']> = {
  text: 'text',
  integer: 'int',
  number: 'numeric',
  boolean: 'bool',
  date: 'date',
  time: 'timestamp',
  place: 'json',
};

/** Rows of a dataset's table as the DataStore gives them; undefined where there is no table to be seen. Errors: invalid, by the parameter. */
export async function searchTable(ctx: Ctx, dataset: string, search: Search): Promise<Found | undefined> {
  const table = await findOpenTable(ctx.public, { dataset });
  if (!table) return undefined;
  const fields: Field[] = [
    { id: '_id', type: 'int' },
    ...table.columns.map(({ name, type }) => ({ id: name, type: types[type] })),
  ];
  const there = (name: string, parameter: string) => {
    if (!fields.some(({ id }) => id === name)) throw invalid(parameter, `field "${name}" not in table`);
  };
  for (const name of Object.keys(search.filters)) there(name, 'filters');
  for (const { field } of search.sort) there(field, 'sort');
  for (const name of search.fields ?? []) there(name, 'fields');
  if (search.distinct)
    throw invalid('distinct', 'not kept for tables: ask for the columns and count them yourself');
  if (typeof search.q === 'object')
    throw invalid('q', 'Must be text: words are sought in all columns of a table');
  try {
    const { body, total } = await readTableRows(ctx, {
      of: { dataset },
      form: search.asLists ? 'arrays' : 'objects',
      includeTotal: search.wantTotal,
      filters: Object.entries(search.filters).map(([column, value]) => filterOf(column, value)),
      ...(search.q ? { q: search.q } : {}),
      ...(search.fields ? { fields: search.fields } : {}),
      sort: search.sort.map(({ field, descending }) => ({ column: field, descending })),
      limit: search.limit,
      offset: search.offset,
    });
    const shown = search.fields?.map((name) => fields.find(({ id }) => id === name) as Field) ?? fields;
    return { fields: shown, records: `[${body}]`, total: total ?? undefined };
  } catch (error) {
    if (isProblem(error) && error.kind === 'invalid') throw invalid('filters', error.message);
    throw error;
  }
}

function filterOf(column: string, value: unknown): TableFilter {
  const values = [value].flat();
  if (values.some((one) => typeof one === 'object' && one !== null) || values.length > 1000)
    throw invalid('filters', `"${column}" must be a value, or a list of up to 1000`);
  if (values.length > 0 && values.every((one) => one === null)) return { column, kind: 'empty', values: [] };
  return { column, kind: 'is', values: values.filter((one) => one !== null).map(String) };
}
