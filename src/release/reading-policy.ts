import { Problem } from '../kit/problem.ts';
import type { PolicyContent, PolicyStep, TimeGrain } from './policy.ts';

/**
 * A release policy on readings, as one SQL select of what may be seen of them: the same for the preview, for a writer's
 * transaction and for a release anew. Pure. Nothing that a policy says is part of the text: it is bound.
 */
export type Bind = (value: string, type: string) => string;

/** What is the same for all readings that one select is for. */
export type ReadingFacts = {
  /** The ObservedProperty, by its name when the policy was approved; null: the policy was approved without it. */
  property: string | null;
  datasetId: string;
  /** By whose clock hours and days begin. */
  zone: string;
};

export type CompiledReadings =
  | { mode: 'withheld' }
  /** Each reading becomes one under its own id, at once. `select` of rows `o` from a source that ends in a condition. */
  | { mode: 'at-once'; select(source: string): string }
  /** Whole buckets of time are released when they are over, under ids of their own. */
  | { mode: 'later'; bucket: TimeGrain; delay: string | undefined; select(source: string): string };

/** What a select brings, in this order; at once an id besides. */
export const releasedColumns = [
  'datastream_id',
  'phenomenon_start',
  'phenomenon_end',
  'result_time',
  'result_number',
  'result_json',
  'result_quality',
  'valid_start',
  'valid_end',
  'parameters',
  'feature_id',
] as const;
type Column = (typeof releasedColumns)[number];

export type ReadingColumn =
  | { of: 'result'; property: string }
  | { of: 'parameters'; member: string }
  | { of: 'properties'; member: string }
  | { of: 'quality' };

/** What a policy's column names of readings and Things. Throws invalid, so that nothing is released by a mistake. */
export function readingColumn(name: string): ReadingColumn {
  if (name === 'quality') return { of: 'quality' };
  if (name.startsWith('result:') && name.length > 7) return { of: 'result', property: name.slice(7) };
  const [of, member] = name.split(/\/(.*)/s);
  if ((of === 'parameters' || of === 'properties') && member) return { of, member };
  throw new Problem(
    'invalid',
    `“${name}” is no column of readings. There are result:<name of what is observed>, parameters/<member>, properties/<member> of Things, and quality.`,
    { details: { column: name } },
  );
}

const grainOrder: Record<TimeGrain, number> = { '15-minutes': 0, hour: 1, day: 2 };

/** When the stretch of time begins in which a moment lies, by the city's clock, as SQL. */
export function bucketStart(grain: TimeGrain, time: string, zone: string): string {
  return grain === '15-minutes'
    ? `date_bin('15 minutes', ${time}, timestamptz '2000-01-01 00:00Z')`
    : `date_trunc('${grain}', ${time}, ${zone})`;
}

/** When a stretch that begins then is over. */
export function bucketEnd(grain: TimeGrain, start: string, zone: string): string {
  if (grain === 'day') return `((${start} at time zone ${zone} + interval '1 day') at time zone ${zone})`;
  return `(${start} + interval '${grain === 'hour' ? '1 hour' : '15 minutes'}')`;
}

export function compileReadings(
  { steps }: Pick<PolicyContent, 'steps'>,
  facts: ReadingFacts,
  bind: Bind,
): CompiledReadings {
  // First all names: a step that cannot be obeyed must not be passed over because another withholds the whole.
  for (const step of steps) {
    if ('column' in step && step.column !== undefined) readingColumn(step.column);
    if (step.do === 'aggregate') for (const name of step.by) readingColumn(name);
  }
  const { property } = facts;
  if (property === null || steps.some((step) => step.do === 'drop' && isResult(step.column, property)))
    return { mode: 'withheld' };
  const zone = bind(facts.zone, 'text');
  const columns = new Map<Column, string>(releasedColumns.map((name) => [name, `o.${name}`]));
  let aggregate: Extract<PolicyStep, { do: 'aggregate' }> | undefined;
  let cut: TimeGrain | undefined;
  const delays: string[] = [];
  for (const step of steps) {
    if (step.do === 'delay') delays.push(step.for);
    else if (step.do === 'coarsen-time') cut = coarser(cut, step.to);
    else if (step.do === 'coarsen-place') continue;
    else if (step.do === 'aggregate') {
      if (aggregate) throw new Problem('invalid', 'The release policy aggregates twice.');
      aggregate = step;
    } else treat(columns, step, property, facts, bind);
  }
  const [delay, second] = delays;
  if (second) throw new Problem('invalid', 'The release policy delays twice.');
  if (aggregate) {
    const every = aggregate.every ? coarser(cut, aggregate.every) : cut;
    if (!every)
      throw new Problem('invalid', 'The release policy aggregates readings without saying by what time.');
    return {
      mode: 'later',
      bucket: every,
      delay,
      select: aggregated(columns, aggregate, every, property, zone, bind),
    };
  }
  if (cut) {
    const start = bucketStart(cut, 'o.phenomenon_start', zone);
    columns.set('phenomenon_start', start).set('phenomenon_end', bucketEnd(cut, start, zone));
    for (const name of ['result_time', 'valid_start', 'valid_end'] as const)
      columns.set(name, 'null::timestamptz');
  }
  const list = releasedColumns.map((name) => `${columns.get(name)} as ${name}`).join(', ');
  if (cut || delay)
    return {
      mode: 'later',
      bucket: cut ?? '15-minutes',
      delay,
      select: (source) => `select ${list} from ${source}`,
    };
  return { mode: 'at-once', select: (source) => `select ${list}, o.id from ${source}` };
}

const coarser = (a: TimeGrain | undefined, b: TimeGrain): TimeGrain =>
  a && grainOrder[a] > grainOrder[b] ? a : b;

const isResult = (column: string, property: string): boolean => {
  const named = readingColumn(column);
  return named.of === 'result' && named.property === property;
};

type Treatment = Extract<PolicyStep, { do: 'drop' | 'mask' | 'keyed-hash' | 'round' }>;

function treat(
  columns: Map<Column, string>,
  step: Treatment,
  property: string,
  facts: ReadingFacts,
  bind: Bind,
): void {
  const column = readingColumn(step.column);
  if (column.of === 'properties') {
    if (step.do === 'keyed-hash') throw cannot(step);
    return;
  }
  if (column.of === 'quality') {
    if (step.do !== 'drop' && step.do !== 'mask') throw cannot(step);
    columns.set('result_quality', 'null::jsonb');
    return;
  }
  if (column.of === 'parameters') {
    const whole = columns.get('parameters') as string;
    const member = bind(column.member, 'text');
    const value = `(${whole} -> ${member})`;
    const changed =
      step.do === 'keyed-hash'
        ? `coalesce(to_jsonb(${hashed(step, `(${whole} ->> ${member})`, facts, bind)}), 'null')`
        : step.do === 'round'
          ? `case jsonb_typeof(${value}) when 'number' then to_jsonb(${rounded(`${value}::numeric`, step.to, bind)}) else 'null' end`
          : `'null'::jsonb`;
    // What is no object has no members that could be told apart: none of it is released.
    columns.set(
      'parameters',
      step.do === 'drop'
        ? `case jsonb_typeof(${whole}) when 'object' then ${whole} - ${member} end`
        : `case jsonb_typeof(${whole}) when 'object' then case when ${whole} ? ${member}
             then ${whole} || jsonb_build_object(${member}, ${changed}) else ${whole} end end`,
    );
    return;
  }
  if (column.property !== property) return;
  const [number, json] = [columns.get('result_number') as string, columns.get('result_json') as string];
  if (step.do === 'round') {
    columns.set('result_number', rounded(`${number}::numeric`, step.to, bind));
    columns.set('result_json', `case when ${number} is null then 'null'::jsonb end`);
  } else {
    const text = `coalesce(${number}::text, ${json} #>> '{}')`;
    columns.set('result_number', 'null::double precision');
    columns.set(
      'result_json',
      step.do === 'keyed-hash'
        ? `coalesce(to_jsonb(${hashed(step, text, facts, bind)}), 'null')`
        : `'null'::jsonb`,
    );
    // Whether the value was plausible tells of the value.
    columns.set('result_quality', 'null::jsonb');
  }
}

const cannot = (step: Treatment): Problem =>
  new Problem('invalid', `The release policy says “${step.do}” of “${step.column}”, which cannot be done.`, {
    details: { column: step.column },
  });

const rounded = (number: string, to: number, bind: Bind): string =>
  `(round(${number} / ${bind(String(to), 'numeric')}) * ${bind(String(to), 'numeric')})::double precision`;

/** Null where the key of that time has been discarded, or was never made. */
function hashed(
  step: Extract<PolicyStep, { do: 'keyed-hash' }>,
  text: string,
  { datasetId }: ReadingFacts,
  bind: Bind,
): string {
  // The column is part of what is hashed: equal values of two columns do not look alike.
  const label = bind(`${step.column}\n`, 'text');
  return `(select left(encode(private.hmac(convert_to(${label} || ${text}, 'UTF8'), k.key, 'sha256'), 'hex'), 32)
    from private.release_key k where k.dataset_id = ${bind(datasetId, 'bigint')} and k.life = ${bind(step.keyLives, 'text')}
      and k.begins_at <= o.phenomenon_start and o.phenomenon_start < k.ends_at)`;
}

/**
 * Groups with their count and the mean of their numbers. A group of fewer than the minimum is suppressed; where what is
 * suppressed in a stretch of time is one group, or fewer readings than the minimum, the smallest other goes with it, for
 * else the whole would give it away.
 */
function aggregated(
  columns: ReadonlyMap<Column, string>,
  step: Extract<PolicyStep, { do: 'aggregate' }>,
  every: TimeGrain,
  property: string,
  zone: string,
  bind: Bind,
): (source: string) => string {
  const keys = step.by.map((name, index) => {
    const column = readingColumn(name);
    if (column.of === 'parameters')
      return {
        sql: `${columns.get('parameters')} -> ${bind(column.member, 'text')}`,
        name: `k${index}`,
        member: column.member,
      };
    if (column.of === 'result' && column.property === property)
      return {
        sql: `coalesce(to_jsonb(${columns.get('result_number')}), ${columns.get('result_json')})`,
        name: `k${index}`,
        member: 'result',
      };
    throw new Problem(
      'invalid',
      `The release policy groups by “${name}”, which these readings do not have.`,
      {
        details: { column: name },
      },
    );
  });
  const minimum = bind(String(step.minimum), 'bigint');
  const start = bucketStart(every, 'o.phenomenon_start', zone);
  const names = keys.map((key) => `, ${key.name}`).join('');
  const members = keys.map((key) => `, ${bind(key.member, 'text')}, ${key.name}`).join('');
  return (
    source,
  ) => `select s.datastream_id, s.b as phenomenon_start, ${bucketEnd(every, 's.b', zone)} as phenomenon_end,
      null::timestamptz as result_time, coalesce(s.mean, s.n::double precision) as result_number, null::jsonb as result_json,
      null::jsonb as result_quality, null::timestamptz as valid_start, null::timestamptz as valid_end,
      jsonb_build_object('count', s.n${members}) as parameters, null::bigint as feature_id
    from (select w.*, sum(n) filter (where small) over whole as lost, count(*) filter (where small) over whole as losses,
        row_number() over (partition by datastream_id, b, small order by n${names}) as place
      from (select o.datastream_id, ${start} as b${keys.map((key) => `, ${key.sql} as ${key.name}`).join('')},
          count(*) as n, avg((${columns.get('result_number')})::numeric)::double precision as mean, count(*) < ${minimum} as small
        from ${source} and coalesce(o.result_quality @> '{"plausible": false}', false) = false
        group by o.datastream_id, 2${keys.map((_, index) => `, ${index + 3}`).join('')}) w
      window whole as (partition by datastream_id, b)) s
    where not s.small and not (s.losses > 0 and (s.losses = 1 or s.lost < ${minimum}) and s.place = 1)`;
}
