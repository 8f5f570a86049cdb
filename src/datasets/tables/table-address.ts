import { Problem } from '../../kit/problem.ts';
import type { TableFilter, TableQuery } from './table.ts';

/**
 * A table's query in an address: `q`, `sort` (`-` before the name: backwards) and for each column `is.NAME` (again for
 * one of several), `from.NAME`, `to.NAME`, `contains.NAME`, `empty.NAME`, `within.NAME`. Safe for the browser.
 */
const kinds = ['is', 'from', 'to', 'contains', 'empty', 'within'] as const;

export function parseTableQuery(query: URLSearchParams): Pick<TableQuery, 'q' | 'filters' | 'sort'> {
  const filters = new Map<string, TableFilter & { values: string[] }>();
  for (const [key, value] of query) {
    const [, kind, column] = /^([a-z]+)\.(.+)$/s.exec(key) ?? [];
    if (!kind || !column || value === '' || !kinds.includes(kind as 'is')) continue;
    const filter = filters.get(key) ?? { column, kind: kind as TableFilter['kind'], values: [] };
    filter.values.push(value);
    filters.set(key, filter);
  }
  if (filters.size > 100) throw new Problem('invalid', 'Filter by at most 100 columns.');
  const sort = query.get('sort') ?? '';
  const q = query.get('q')?.trim() ?? '';
  return {
    ...(q ? { q } : {}),
    ...(filters.size > 0 ? { filters: [...filters.values()] } : {}),
    ...(sort ? { sort: [{ column: sort.replace(/^-/, ''), descending: sort.startsWith('-') }] } : {}),
  };
}

/** The query of an address without what belongs to the page: for the same rows elsewhere. */
export function sameRows(query: URLSearchParams): URLSearchParams {
  return new URLSearchParams(
    [...query].filter(
      ([key, value]) => value !== '' && (key === 'q' || kinds.includes(key.split('.', 1)[0] as 'is')),
    ),
  );
}
