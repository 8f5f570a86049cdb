import { shownAccessSql } from '../../release/index.ts';
import { fromUuid } from '../resources.ts';
import { formatsSql } from './packages.ts';
import type { Query } from './query.ts';

/**
 * A query as a condition on released.dataset `ds`; values go to `values`, never into the text. A field that packages do
 * not have matches nothing, as in CKAN.
 */
export function querySql(query: Query, values: unknown[]): string {
  const parameter = (value: unknown) => `$${values.push(value)}`;
  switch (query.kind) {
    case 'all':
      return 'true';
    case 'and': {
      // Words that must all be there are one question of the index.
      const words = query.parts.filter((part) => part.kind === 'term').filter(isOfText);
      const others = query.parts.filter((part) => !words.includes(part as Term));
      const asked = words.length > 0 ? [textSql(words, parameter)] : [];
      return `(${[...asked, ...others.map((part) => querySql(part, values))].join(' and ')})`;
    }
    case 'or':
      return `(${query.parts.map((part) => querySql(part, values)).join(` ${query.kind} `)})`;
    case 'not':
      return `coalesce(not ${querySql(query.part, values)}, true)`;
    case 'range':
      return rangeSql(query, parameter);
    case 'term':
      return termSql(query, parameter);
  }
}

/** The words that people would find a text by; what ranks the hits. */
export function wordsOf(query: Query): string[] {
  if (query.kind === 'and' || query.kind === 'or') return query.parts.flatMap(wordsOf);
  const isText = query.kind === 'term' && [null, 'text', 'title', 'notes', 'name'].includes(query.field);
  return isText ? [query.value] : [];
}

/** By name, and by no name that every object has. */
function named(columns: Record<string, string>): Record<string, string | undefined> {
  return Object.assign(Object.create(null), columns);
}

type Parameter = (value: unknown) => string;
type Term = Extract<Query, { kind: 'term' }>;

/** Fields that hold one value, or several: their SQL. */
const exact = named({
  organization: 'array[ds.office]',
  owner_org: 'array[ds.office]',
  groups: 'array[ds.topic]',
  license_id: 'array[ds.license]',
  license: 'array[ds.license]',
  tags: 'ds.keywords',
  keywords: 'ds.keywords',
  name: 'array[ds.slug]',
  res_format: formatsSql,
  extras_place: `array[ds.place, (select p.parent from released.place p where p.slug = ds.place)]`,
  place: `array[ds.place, (select p.parent from released.place p where p.slug = ds.place)]`,
  extras_access: `array[${shownAccessSql}]`,
  access: `array[${shownAccessSql}]`,
  state: `array['active']`,
  private: `array['false']`,
  capacity: `array['public']`,
  type: `array['dataset']`,
  dataset_type: `array['dataset']`,
  entity_type: `array['package']`,
});
const times = named({
  metadata_created: 'ds.created_at',
  metadata_modified: 'ds.modified_at',
});

const isOfText = ({ field }: Term): boolean => field === null || field === 'text';

function termSql(term: Term, parameter: Parameter): string {
  const { field, value, phrase } = term;
  if (field === null || field === 'text') return textSql([term], parameter);
  if (field === 'title' || field === 'title_string') return textSql([term], parameter, 'a');
  if (field === 'notes') return textSql([term], parameter, 'b');
  if (field === 'id') {
    const named = fromUuid(value);
    return named?.kind === 'dataset'
      ? `ds.id = ${parameter(named.id)}::bigint`
      : `ds.slug = ${parameter(value)}`;
  }
  if (times[field] && value !== '*') return `${times[field]} = ${instant(value, parameter)}`;
  const column = exact[field];
  if (!column) return times[field] ? 'true' : 'false';
  if (value === '*') return `coalesce((${column})[1] is not null, false)`;
  if (phrase || !/[*?]/.test(value)) {
    // The index on keywords is asked only in this form.
    if (column === 'ds.keywords') return `ds.keywords @> array[${parameter(value)}]::text[]`;
    return `coalesce(${parameter(value)} = any(${column}), false)`;
  }
  const pattern = value
    .replace(/[\\%_]/g, '\\$&')
    .replaceAll('*', '%')
    .replaceAll('?', '_');
  return `exists (select from unnest(${column}) each where each like ${parameter(pattern)})`;
}

function rangeSql({ field, from, to }: Extract<Query, { kind: 'range' }>, parameter: Parameter): string {
  const column = times[field];
  if (!column) return 'false';
  const ends = [
    from === '*' ? 'true' : `${column} >= ${instant(from, parameter)}`,
    to === '*' ? 'true' : `${column} <= ${instant(to, parameter)}`,
  ];
  return `(${ends.join(' and ')})`;
}

/** ISO 8601, or Solr's NOW with whole units before or after: NOW-7DAYS. What is neither is no time at all. */
function instant(text: string, parameter: Parameter): string {
  const [, sign, count, unit] =
    /^NOW(?:([+-])(\d{1,5})(YEAR|MONTH|DAY|HOUR|MINUTE)S?)?(?:\/DAY)?$/.exec(text) ?? [];
  if (/^NOW/.test(text) && (unit || text === 'NOW' || text === 'NOW/DAY')) {
    return unit ? `(now() ${sign} ${parameter(`${count} ${unit}`)}::interval)` : 'now()';
  }
  const time = Date.parse(text);
  return Number.isNaN(time) ? 'null::timestamptz' : `${parameter(new Date(time).toISOString())}::timestamptz`;
}

/** Datasets with all these words in their title (a), description (b), or anywhere; in either language, by the index. */
function textSql(terms: Term[], parameter: Parameter, where?: 'a' | 'b'): string {
  const all = terms.map((term) => wordSql(term, parameter)).join(' && ');
  const inPart = where ? ` and ts_filter(words, '{${where}}') @@ (${all})` : '';
  return `(numnode(${all}) = 0 or ds.id in (
    select dataset_id from released.catalog_entry where words @@ (${all})${inPart}))`;
}

/** A word or phrase as a tsquery; one that carries nothing in one of the languages (the, de) asks for nothing. */
function wordSql({ value, phrase }: Term, parameter: Parameter): string {
  const prefix = !phrase && /[*]$/.test(value);
  const word = prefix ? value.replace(/[^\p{L}\p{N}]/gu, '') : value;
  if (word === '') return `''::tsquery`;
  const given = parameter(prefix ? `${word}:*` : word);
  const query = prefix ? 'to_tsquery' : phrase ? 'phraseto_tsquery' : 'plainto_tsquery';
  const [english, spanish] = [`${query}('english', ${given})`, `${query}('spanish', ${given})`];
  return `case when numnode(${english}) = 0 or numnode(${spanish}) = 0 then ''::tsquery else ${english} || ${spanish} end`;
}
