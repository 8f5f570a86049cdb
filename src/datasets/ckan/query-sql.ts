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
    case 'and':
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

function termSql({ field, value, phrase }: Term, parameter: Parameter): string {
  if (field === null || field === 'text') return textSql(value, phrase, parameter, '');
  if (field === 'title' || field === 'title_string') return textSql(value, phrase, parameter, 'a');
  if (field === 'notes') return textSql(value, phrase, parameter, 'b');
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

/** Datasets with these words in their title (a), description (b), or anywhere; in either language, by the indexes. */
function textSql(value: string, phrase: boolean, parameter: Parameter, where: '' | 'a' | 'b'): string {
  const prefix = !phrase && /[*]$/.test(value);
  const word = prefix ? value.replace(/[^\p{L}\p{N}]/gu, '') : value;
  if (word === '') return value.includes('*') ? 'true' : 'false';
  const given = parameter(prefix ? `${word}:*` : word);
  const query = prefix ? 'to_tsquery' : phrase ? 'phraseto_tsquery' : 'plainto_tsquery';
  const asked = (language: string) => `${query}('${language}', ${given})`;
  const both = `(${asked('english')} || ${asked('spanish')})`;
  // A word that carries nothing in one of the languages (the, de) asks for nothing.
  const empty = `numnode(${asked('english')}) = 0 or numnode(${asked('spanish')}) = 0`;
  const found = where
    ? `select id from released.dataset where search @@ ${both} and ts_filter(search, '{${where}}') @@ ${both}`
    : `select id from released.dataset where search @@ ${both}
       union all select id from released.dataset where released.dataset_words(slug, keywords) @@ ${both}
       union all select d.id from released.dataset d join released.place p on p.slug = d.place
         where to_tsvector('simple', p.name) @@ plainto_tsquery('simple', ${parameter(word)})
       union all select d.id from released.dataset d join released.office o on o.slug = d.office
         where to_tsvector('english', o.name) @@ ${both}`;
  return `(${empty} or ds.id in (${found}))`;
}
