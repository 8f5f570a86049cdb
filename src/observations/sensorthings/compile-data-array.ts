import { Problem } from '../../kit/problem.ts';
import { countSql, type Frame, nextLinkSql, type Page, pageSql } from './compile-rows.ts';
import { model } from './model.ts';
import { concatenate, type Piece, propertyJson } from './sql.ts';

/**
 * Readings as arrays of values, one group for each Datastream [STA 1.1 §11.4]. Components are those of $select, else
 * id and what every reading has.
 */
export function dataArraySql(frame: Frame, page: Page): string {
  const { statement, dialect, base } = frame;
  const { row, options, limit } = page;
  if (row.kind !== 'observation')
    throw new Problem('invalid', '$resultFormat=dataArray works on Observations alone.');
  if (options.expand) throw new Problem('invalid', '$expand has no place with $resultFormat=dataArray.');
  const names = (
    options.select ?? ['id', 'phenomenonTime', 'result', 'resultTime'].map((name) => ({ name, at: 0 }))
  ).map(({ name, at }) => {
    const isId = dialect.idNames.includes(name);
    if (isId || Object.hasOwn(model.observation.properties, name)) return name;
    throw new Problem(
      'invalid',
      `$select, character ${at + 1}: “${name}” cannot be a component of a data array.`,
    );
  });
  const cells = names.flatMap((name, index): Piece[] => {
    const property = Object.hasOwn(model.observation.properties, name)
      ? model.observation.properties[name]
      : undefined;
    const value = property ? `coalesce(${propertyJson(row.alias, property)}, 'null')` : `${row.alias}.id`;
    return [index === 0 ? '[' : ',', { sql: value }];
  });
  const rows = pageSql(frame, page, concatenate(statement, [...cells, ']']), [
    `${row.alias}.datastream_id as ds`,
  ]);
  const last = statement.bind(String(limit), 'bigint');
  const group = concatenate(statement, [
    `{"${dialect.navigationLink('Datastream')}":"${base}/${dialect.sets.datastream}(`,
    { sql: 'ds' },
    `)","components":${JSON.stringify(names)},"dataArray@iot.count":`,
    { sql: 'count(*)' },
    ',"dataArray":[',
    { sql: `string_agg(j, ',' order by n)` },
    ']}',
  ]);
  const groups = `(select string_agg(g, ',' order by first) from (select ${group} as g, min(n) as first from p where n <= ${last} group by ds) g)`;
  const count: Piece[] = options.count ? [`"${dialect.count()}":`, { sql: countSql(frame, page) }, ','] : [];
  const body = concatenate(statement, [
    '{',
    ...count,
    { sql: nextLinkSql(frame, page) },
    '"value":[',
    { sql: groups, nullable: true },
    ']}',
  ]);
  return `(with p as (${rows}) select ${body} from p)`;
}
