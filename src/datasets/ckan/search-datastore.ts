import type { Ctx } from '../../kit/context.ts';
import { sqlState } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { findOpenDataset, readDatastreams } from '../readings/datastreams.ts';
import { fromUuid, uuidOf } from '../resources.ts';
import { dictionary, flag, type Input, invalid, json, list, required, text, whole } from './input.ts';
import { type Field, readingFields, type Search, searchReadings } from './readings-store.ts';
import { searchTable } from './table-store.ts';

export type DatastorePage = {
  resourceId: string;
  fields: Field[];
  /** JSON as PostgreSQL wrote it: a list of records. */
  records: string;
  limit: number;
  offset: number;
  total: number | undefined;
  format: (typeof recordsFormats)[number];
};

const recordsFormats = ['objects', 'lists', 'csv', 'tsv'] as const;
/** As CKAN's `ckan.datastore.search.rows_max` and `rows_default`. */
const [mostRows, usualRows] = [32_000, 100];
const languages = ['english', 'spanish', 'simple'];
const known = new Set(
  `resource_id id filters q full_text distinct plain language limit offset fields sort include_total
   total_estimation_threshold records_format include_records`.split(/\s+/),
);

/**
 * datastore_search: rows of a resource, filtered, sorted, counted. Errors: invalid, by the parameter; not-found, the same for a
 * resource that was never there and one of a dataset that is not open.
 */
export async function searchDatastore(ctx: Ctx, input: Input): Promise<DatastorePage> {
  for (const name of Object.keys(input))
    if (!known.has(name)) throw invalid(name.slice(0, 60), 'not a parameter of datastore_search');
  const resourceId = text(input, 'resource_id') ?? text(input, 'id') ?? required(input, 'resource_id');
  const search = readSearch(input);
  const format = recordsFormats.find((each) => each === (text(input, 'records_format') ?? 'objects'));
  if (!format) throw invalid('records_format', `Must be one of ${recordsFormats.join(', ')}`);
  const named = fromUuid(resourceId);
  const unknown = () => new Problem('not-found', `Resource "${resourceId.slice(0, 80)}" was not found.`);
  // A dataset's readings are asked for by its CSV, in CKAN's way, or simply by the dataset.
  if (!named || !['csv', 'dataset', 'table'].includes(named.kind)) throw unknown();
  const { rows } = await ctx.public.query<{ slug: string; onlyNumbers: boolean }>(
    `select ds.slug, not exists (select from released.datastream d where d.dataset_id = ds.id
       and d.observation_type !~ '(OM_Measurement|OM_CountObservation)$') as "onlyNumbers"
     from released.dataset ds where ds.id = $1 and ds.access = 'open'`,
    [named.id],
  );
  const its = rows[0];
  if (!its) throw unknown();
  const { limit, offset } = search;
  if (named.kind === 'table') {
    const found = await searchTable(ctx, its.slug, { ...search, asLists: format !== 'objects' });
    if (!found) throw unknown();
    return { resourceId: uuidOf('table', named.id), ...found, limit, offset, format };
  }
  const dataset = await findOpenDataset(ctx.public, its.slug);
  const datastreams = await readDatastreams(ctx.public, dataset.id);
  const asLists = format !== 'objects';
  try {
    const found = await searchReadings(ctx.public, dataset, datastreams, readingFields(its.onlyNumbers), {
      ...search,
      asLists,
    });
    return { resourceId: uuidOf('csv', dataset.id), ...found, limit, offset, format };
  } catch (error) {
    // 42601: words that are no query of PostgreSQL's, where plain=false lets them be one.
    if (sqlState(error) === '42601') throw invalid('q', 'not a valid full text query');
    throw error;
  }
}

function readSearch(input: Input): Search {
  const words = json(input.q);
  const q =
    typeof words === 'object' && words !== null ? (words as Record<string, string>) : text(input, 'q');
  if (
    typeof q === 'object' &&
    Object.values(q).some((each) => typeof each !== 'string' || each.includes('\0'))
  )
    throw invalid('q', 'Must be text, or a dictionary of texts');
  const language = text(input, 'language') ?? 'english';
  if (!languages.includes(language)) throw invalid('language', `Must be one of ${languages.join(', ')}`);
  const fields = list(input, 'fields');
  return {
    filters: dictionary(input, 'filters'),
    q,
    plain: flag(input, 'plain', true),
    language,
    distinct: flag(input, 'distinct', false),
    fields: fields.length > 0 ? [...new Set(fields)] : undefined,
    sort: sortOf(input),
    limit: whole(input, 'limit', usualRows, mostRows),
    offset: whole(input, 'offset', 0, 1e12),
    wantTotal: flag(input, 'include_total', true),
    asLists: false,
  };
}

function sortOf(input: Input): Search['sort'] {
  return list(input, 'sort').map((part) => {
    const [, quoted, plain, direction, nulls] =
      /^(?:"([^"]+)"|([\w-]+))(?:\s+(asc|desc))?(?:\s+nulls\s+(first|last))?$/i.exec(part) ?? [];
    const field = quoted ?? plain;
    if (!field) throw invalid('sort', `“${part.slice(0, 60)}” must be a field, and then asc or desc`);
    return {
      field,
      descending: direction?.toLowerCase() === 'desc',
      ...(nulls ? { nulls: nulls.toLowerCase() as 'first' | 'last' } : {}),
    };
  });
}
