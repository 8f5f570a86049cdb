import { Problem } from '../kit/problem.ts';
import type { PolicyContent, PolicyStep } from './policy.ts';

export type ColumnType = 'text' | 'integer' | 'number' | 'boolean' | 'date' | 'time' | 'place';

/** A column of a table as it is stored. */
export type TableColumn = {
  position: number;
  name: string;
  type: ColumnType;
  nullable: boolean;
  isKey: boolean;
  /** The step of the release policy that it went through. */
  treated?: string | null;
  indexed?: boolean;
  /** How files write it. */
  format?: string | null;
};

/**
 * A release policy on the columns of a table, as one select of what may be seen: its first column is the number of the
 * row, then the released columns in their order. `$1` is the key of keyed hashes, `$2` the moment of the release, `$3` the
 * city's time zone. A step that names a column which is not there, or cannot be done to its type, throws: then nothing
 * is released.
 */
export type CompiledPolicy = {
  columns: TableColumn[];
  /** Of rows from `source`, a relation whose columns are c1 … cN. */
  select(source: string): string;
  /** Each row becomes one row, by itself: those that are added later can be released alone. */
  rowByRow: boolean;
  /** The column whose time a delay counts from, and the delay. */
  delay?: { position: number; for: string };
};

type Staged = TableColumn & { sql: string };

export function compilePolicy(
  columns: readonly TableColumn[],
  { steps }: Pick<PolicyContent, 'steps'>,
): CompiledPolicy {
  let staged: Staged[] = columns.map((column) => ({
    ...column,
    treated: null,
    sql: `t.c${column.position}`,
  }));
  let aggregate: Extract<PolicyStep, { do: 'aggregate' }> | undefined;
  const waits: { position: number; for: string }[] = [];
  let cutsTime = false;
  const find = (name: string): Staged => {
    const found = staged.find((column) => column.name === name);
    if (!found)
      throw new Problem(
        'invalid',
        `The release policy names the column “${name}”, which the table does not have.`,
      );
    return found;
  };
  const change = (name: string, how: (column: Staged) => Partial<Staged>, treated: PolicyStep['do']) => {
    const column = find(name);
    staged = staged.map((each) => (each === column ? { ...each, ...how(column), treated } : each));
  };
  const ofType = (types: readonly ColumnType[], named: string | undefined, what: string): Staged[] => {
    const found = named === undefined ? staged.filter(({ type }) => types.includes(type)) : [find(named)];
    const [first] = found;
    if (!first || !types.includes(first.type))
      throw new Problem(
        'invalid',
        `The release policy says “${what}”, but ${named ? `“${named}” is` : 'the table has'} no ${types.join(' or ')}.`,
      );
    return found;
  };
  // A delay is counted from the time as it was measured, whatever is done to it later.
  for (const step of steps.filter(({ do: what }) => what === 'delay')) {
    if (step.do !== 'delay') continue;
    const [time] = ofType(['time', 'date'], step.column, 'delay');
    waits.push({ position: (time as Staged).position, for: step.for });
  }
  for (const step of steps) {
    if (step.do === 'delay') continue;
    if (step.do === 'drop') {
      const column = find(step.column);
      staged = staged.filter((each) => each !== column);
    } else if (step.do === 'mask')
      change(
        step.column,
        ({ type }) => ({ sql: `null::${pgType[type]}`, nullable: true, isKey: false }),
        'mask',
      );
    else if (step.do === 'keyed-hash')
      change(
        step.column,
        ({ sql }) => ({
          type: 'text',
          sql: `left(encode(private.hmac(convert_to(${sql}::text, 'UTF8'), $1::bytea, 'sha256'), 'hex'), 32)`,
        }),
        'keyed-hash',
      );
    else if (step.do === 'round') {
      const [column] = ofType(['integer', 'number'], step.column, 'round');
      const to = numeral(step.to);
      change(
        step.column,
        ({ sql }) => ({
          sql:
            column?.type === 'integer' && Number.isInteger(step.to)
              ? `(round(${sql}::numeric / ${to}) * ${to})::bigint`
              : `(round(${sql}::numeric / ${to}) * ${to})::double precision`,
          type: column?.type === 'integer' && Number.isInteger(step.to) ? 'integer' : 'number',
        }),
        'round',
      );
    } else if (step.do === 'coarsen-time') {
      cutsTime = true;
      for (const { name } of ofType(['time', 'date'], step.column, 'coarsen-time'))
        change(
          name,
          ({ sql, type }) => ({ sql: type === 'date' ? sql : cutTime(sql, step.to) }),
          'coarsen-time',
        );
    } else if (step.do === 'coarsen-place')
      for (const { name } of ofType(['place'], step.column, 'coarsen-place'))
        change(name, ({ sql }) => ({ sql: cutPlace(sql, step.to) }), 'coarsen-place');
    else {
      if (aggregate) throw new Problem('invalid', 'The release policy aggregates twice.');
      aggregate = step;
    }
  }
  const condition = waits
    .map(({ position, for: wait }) => `t.c${position} <= $2::timestamptz - interval '${wait}'`)
    .join(' and ');
  const rows = (source: string, row: string) =>
    `select ${[row, ...staged.map(({ sql }, index) => `${sql} as c${index + 1}`)].join(', ')}
     from ${source} t${condition ? ` where ${condition}` : ''}`;
  const bound = (text: string) => `with bound as (select $1::bytea, $2::timestamptz, $3::text) ${text}`;
  const [delay] = waits;
  if (aggregate) return { ...aggregated(staged, aggregate, rows, bound), ...(delay ? { delay } : {}) };
  if (staged.length === 0) throw new Problem('invalid', 'The release policy leaves no column.');
  // The order in which rows came would tell the time that was cut away.
  const mixed = cutsTime || waits.length > 0;
  return {
    columns: staged.map(({ sql: _, ...column }, index) => ({ ...column, position: index + 1 })),
    select: (source) => bound(rows(source, mixed ? 'row_number() over (order by random()) as _id' : 't._id')),
    rowByRow: !mixed,
    ...(delay ? { delay } : {}),
  };
}

const pgType: Record<ColumnType, string> = {
  text: 'text',
  integer: 'bigint',
  number: 'double precision',
  boolean: 'boolean',
  date: 'date',
  time: 'timestamptz',
  place: 'point',
};

/** A number of a policy as SQL writes it. */
function numeral(value: number): string {
  const text = value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 15 });
  if (!/^\d+(\.\d+)?$/.test(text) || Number(text) <= 0)
    throw new Problem('invalid', `The release policy rounds to ${value}, which is no step.`);
  return `${text}::numeric`;
}

function cutTime(sql: string, to: '15-minutes' | 'hour' | 'day'): string {
  return to === '15-minutes'
    ? `date_bin('15 minutes', ${sql}, timestamptz '2000-01-01 00:00Z')`
    : `date_trunc('${to}', ${sql}, $3::text)`;
}

const metersOfDegree = 111_320;

/** The middle of a square so many meters wide, or of the nearest neighborhood (none known: no place). */
function cutPlace(sql: string, to: Extract<PolicyStep, { do: 'coarsen-place' }>['to']): string {
  if (to === 'neighborhood')
    return `(select point(p.longitude, p.latitude) from released.place p where p.kind = 'neighborhood' and ${sql} is not null
      order by ((p.longitude - (${sql})[0]) * cosd((${sql})[1])) ^ 2 + (p.latitude - (${sql})[1]) ^ 2, p.slug limit 1)`;
  const step = Number(to.replace('-m', '')) / metersOfDegree;
  const latitude = `((floor((${sql})[1] / ${step}) + 0.5) * ${step})`;
  const wide = `(${step} / greatest(cosd(${latitude}), 0.01))`;
  return `case when ${sql} is null then null else point(round(((floor((${sql})[0] / ${wide}) + 0.5) * ${wide})::numeric, 6)::float8,
    round(${latitude}::numeric, 6)::float8) end`;
}

/**
 * Groups with their count and the means of their numbers. A group of fewer than the minimum is suppressed; where what is
 * suppressed of a whole (all groups, or all that share a value) is one group, or fewer rows than the minimum, the
 * smallest shown group of that whole is suppressed with it, for else the whole would give it away.
 */
function aggregated(
  staged: readonly Staged[],
  step: Extract<PolicyStep, { do: 'aggregate' }>,
  rows: (source: string, row: string) => string,
  bound: (text: string) => string,
): CompiledPolicy {
  const at = (name: string): number => {
    const index = staged.findIndex((column) => column.name === name);
    if (index < 0)
      throw new Problem('invalid', `The release policy groups by “${name}”, which the table does not have.`);
    return index;
  };
  const groups = step.by.map((name) => {
    const index = at(name);
    const column = staged[index] as Staged;
    if (column.type === 'place') return { column, sql: `c${index + 1}::text`, type: 'text' as const };
    return { column, sql: `c${index + 1}`, type: column.type };
  });
  if (step.every) {
    const named = step.column ?? staged.find(({ type }) => type === 'time')?.name;
    const index = named === undefined ? -1 : at(named);
    const column = staged[index];
    if (column?.type !== 'time')
      throw new Problem(
        'invalid',
        'The release policy groups by time, but the table has no time in that column.',
      );
    const others = groups.filter((group) => group.column !== column);
    groups.splice(0, groups.length, ...others, {
      column,
      sql: cutTime(`c${index + 1}`, step.every),
      type: 'time',
    });
  }
  const grouped = new Set(groups.map(({ column }) => column.name));
  const numbers = staged
    .map((column, index) => ({ column, index }))
    .filter(({ column }) => ['integer', 'number'].includes(column.type) && !grouped.has(column.name));
  const minimum = Math.trunc(step.minimum);
  const keys = groups.map((_, index) => `g${index + 1}`);
  const means = numbers.map((_, index) => `m${index + 1}`);
  const named = groups.map(({ sql }, index) => `${sql} as g${index + 1}`);
  // A stretch of time that is not over would be released twice, and the difference tells what came between.
  const over = step.every ? `where ${groups.at(-1)?.sql} < ${cutTime('$2::timestamptz', step.every)}` : '';
  // A mean of fewer values than the minimum says as much as a group that small.
  const averages = numbers.map(
    ({ index }, number) =>
      `case when count(c${index + 1}) >= ${minimum} then avg(c${index + 1})::double precision end as m${number + 1}`,
  );
  const wholes = ['', ...(keys.length > 1 ? keys : [])];
  const passes: string[] = [];
  let last = 'grouped';
  for (let round = 1; round <= 3; round++)
    for (const whole of wholes) {
      const window = whole ? `partition by ${whole}` : '';
      const name = `pass${passes.length + 1}`;
      passes.push(`${name} as (
        select ${[...keys, ...means, 'n'].join(', ')}, hidden or (torn and place = 1 and (few = 1 or hiding < ${minimum})) as hidden
        from (select *, bool_or(hidden) over (${window}) as torn, count(*) filter (where hidden) over (${window}) as few,
            sum(n) filter (where hidden) over (${window}) as hiding,
            row_number() over (${window} order by hidden, n, ${['n', ...keys].join(', ')}) as place from ${last}) w)`);
      last = name;
    }
  const select = (source: string) =>
    bound(`, rows as (${rows(source, 't._id')}),
      grouped as (select ${[...named, ...averages, 'count(*) as n', `count(*) < ${minimum} as hidden`].join(', ')} from rows ${over}
        ${keys.length > 0 ? `group by ${keys.map((_, index) => index + 1).join(', ')}` : ''}),
      ${passes.join(',\n')}
      select ${[`row_number() over (order by random()) as _id`, ...keys, 'n', ...means]
        .map((sql, index) => (index === 0 ? sql : `${sql} as c${index}`))
        .join(', ')} from ${last} where not hidden`);
  let counted = 'count';
  while (staged.some(({ name }) => name === counted)) counted = `row ${counted}`;
  const columns = [
    ...groups.map(({ column, type }) => ({
      name: column.name,
      type,
      nullable: true,
      isKey: false,
      treated: column.treated ?? 'aggregate',
    })),
    { name: counted, type: 'integer' as const, nullable: false, isKey: false, treated: 'aggregate' },
    ...numbers.map(({ column }) => ({
      name: column.name,
      type: 'number' as const,
      nullable: true,
      isKey: false,
      treated: 'aggregate',
    })),
  ];
  return {
    columns: columns.map((column, index) => ({ ...column, position: index + 1 })),
    select,
    rowByRow: false,
  };
}
