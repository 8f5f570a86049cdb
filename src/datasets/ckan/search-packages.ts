import type { Ctx } from '../../kit/context.ts';
import { isProblem } from '../../kit/problem.ts';
import { type Entry, entriesById } from '../entries.ts';
import { flag, type Input, invalid, json, list, text, whole, wrongQuery } from './input.ts';
import { formatsSql } from './packages.ts';
import { parseQuery, type Query } from './query.ts';
import { querySql, wordsOf } from './query-sql.ts';

export type FoundPackages = {
  count: number;
  sort: string;
  entries: Entry[];
  /** For each field that was asked for, its values with how many of all hits have them. */
  facets: Record<string, { name: string; label: string; count: number }[]>;
};

/** The most that one answer holds, as CKAN's `ckan.search.rows_max`. */
const mostRows = 1000;
const known = new Set(
  `q fq fq_list sort rows start facet facet.field facet.limit facet.mincount include_drafts include_deleted
   include_private use_default_schema fl extras qf df defType wt tie mm`.split(/\s+/),
);

/** A column of one value or (`many`) an array of them; `label` names the value `v`. */
const facetColumns: Record<string, { values: string; many?: true; label: string }> = {
  organization: {
    values: 'office',
    label: `(select o.name || coalesce(', ' || p.name, '') from released.office o
      left join released.place p on p.slug = o.place where o.slug = v)`,
  },
  groups: { values: 'topic', label: 'v' },
  tags: { values: 'keywords', many: true, label: 'v' },
  license_id: { values: 'license', label: 'v' },
  res_format: { values: 'formats', many: true, label: 'v' },
  place: { values: 'place', label: '(select p.name from released.place p where p.slug = v)' },
};

const sortColumns: Record<string, string> = {
  score: 'score',
  name: 'slug',
  title: 'title',
  title_string: 'title',
  metadata_created: 'created_at',
  metadata_modified: 'modified_at',
  id: 'id',
};

/**
 * package_search: which datasets a query and its filters leave, how many, and a page of them. Errors: invalid, by the
 * parameter.
 */
export async function searchPackages(ctx: Ctx, input: Input): Promise<FoundPackages> {
  const unknown = Object.keys(input).filter((name) => !known.has(name) && !name.startsWith('ext_'));
  if (unknown.length > 0) throw wrongQuery(`Invalid search parameters: ${unknown.join(', ').slice(0, 200)}`);
  const q = parse(text(input, 'q') ?? '*:*');
  const filters = [...filtersOf(input.fq), ...filtersOf(input.fq_list)].map(parse);
  const sort = text(input, 'sort') ?? 'score desc, metadata_modified desc';
  const order = orderOf(sort);
  const rows = whole(input, 'rows', 10, mostRows);
  const start = whole(input, 'start', 0);
  const fields = flag(input, 'facet', true) ? list(input, 'facet.field') : [];
  const most = text(input, 'facet.limit') === '-1' ? 10_000 : whole(input, 'facet.limit', 50, 10_000);

  const values: unknown[] = [];
  const conditions = [q, ...filters].map((query) => querySql(query, values));
  const words = order.includes('score') ? wordsOf(q).join(' ') : '';
  // Any of the words counts towards the score; how many must be there, the conditions say.
  const score = words
    ? `ts_rank(ds.search, replace(plainto_tsquery('english', $${values.push(words)})::text, '&', '|')::tsquery)`
    : '0';
  const facets = fields.filter((field) => Object.hasOwn(facetColumns, field));
  const counted = facets.map((field) => {
    const { values: its, many, label } = facetColumns[field] as (typeof facetColumns)[string];
    // Rows that agree are counted first: taking arrays apart, and looking up names, is done once for each.
    const groups = `select ${its} as v, count(*)::int as n from hit group by 1`;
    const counts = many
      ? `select v, sum(n)::int as n from (select v as its, n from (${groups}) one) groups, unnest(its) v group by 1`
      : groups;
    return `'${field}', (select coalesce(json_agg(json_build_object('name', v, 'label', coalesce(${label}, v), 'count', n)
        order by n desc, v), '[]')
      from (select v, n from (${counts}) each where v is not null order by n desc, v limit ${most}) counts)`;
  });
  const { rows: found } = await ctx.public.query<{
    count: number;
    ids: string[];
    facets: FoundPackages['facets'];
  }>(
    `with hit as materialized (
       select ds.id, ds.slug, ds.title, ds.created_at, ds.modified_at, ${score} as score
         ${facets.length > 0 ? `, ds.office, ds.topic, ds.keywords, ds.license, ds.place, ds.kind, ${formatsSql} as formats` : ''}
       from released.dataset ds where ${conditions.join(' and ')}
     )
     select (select count(*)::int from hit) as count,
       array(select id::text from hit order by ${order}
         limit $${values.push(rows)} offset $${values.push(start)}) as ids,
       json_build_object(${counted.join(', ')}) as facets`,
    values,
  );
  const { count = 0, ids = [], facets: told = {} } = found[0] ?? {};
  return {
    count,
    sort,
    entries: await entriesById(ctx.public, ids),
    facets: { ...Object.fromEntries(fields.map((field) => [field, []])), ...told },
  };
}

function filtersOf(value: unknown): string[] {
  const given = json(value);
  if (given === undefined || given === null || given === '') return [];
  const filters = Array.isArray(given) ? given : [given];
  if (filters.length > 50 || filters.some((each) => typeof each !== 'string')) {
    throw invalid('fq', 'Must be a query, or a list of up to 50');
  }
  return filters as string[];
}

function parse(query: string): Query {
  try {
    return parseQuery(query);
  } catch (error) {
    throw isProblem(error) ? wrongQuery(error.message) : error;
  }
}

function orderOf(sort: string): string {
  const parts = sort.split(',').map((part) => {
    const [name = '', direction = 'asc', ...more] = part.trim().split(/\s+/);
    const column = Object.hasOwn(sortColumns, name) ? sortColumns[name] : undefined;
    if (!column || more.length > 0 || !/^(asc|desc)$/i.test(direction)) {
      throw wrongQuery(
        `Invalid "sort" parameter: “${part.trim().slice(0, 60)}”. It may be ${Object.keys(sortColumns).join(', ')}, each with asc or desc.`,
      );
    }
    return `${column} ${direction}`;
  });
  return [...parts, 'slug'].join(', ');
}
