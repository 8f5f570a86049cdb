import type { Ctx } from '../../kit/context.ts';
import { type Tx, withTransaction } from '../../kit/database.ts';
import type { Choice } from './choice.ts';
import type { DatasetDatastream, OpenDataset } from './datastreams.ts';
import { clip, type Extent, type Span } from './period.ts';

/** How fine a chart is drawn; coarser than what was asked for when that would be too many points. */
export type Grain = 'raw' | 'hourly' | 'daily' | 'monthly';

export type Series = {
  datastream: string;
  /** Seconds since 1970, ascending: of each reading, or of the start of each hour, day or month of the zone. */
  time: number[];
  /** The reading, or the mean of the bucket. */
  mean: number[];
  min: number[];
  max: number[];
  /** Readings behind each point. */
  count: number[];
};

export type SeriesAnswer = {
  grain: Grain;
  /** Set when the chart is coarser than the resolution asked for. */
  coarserThanAsked: boolean;
  series: Series[];
  /** Readings outside the plausible range that were left out. */
  leftOut: number;
  /** Readings whose result is no number, which no chart can draw. */
  notNumbers: number;
  /** Set when there is too much to look through for a page: nothing was read. */
  tooMuch: boolean;
};

export const mostSeries = 10;
export const mostPoints = 5000;
/** More readings than this are for a download; a chart of them would take a page's whole time limit. */
export const mostReadings = 10_000_000;

const grains: Grain[] = ['raw', 'hourly', 'daily', 'monthly'];
const secondsOf = { hourly: 3600, daily: 86_400, monthly: 28 * 86_400 };
const fields = { hourly: 'hour', daily: 'day', monthly: 'month' };

/**
 * The series of at most ten Datastreams, as fine as the choice says but with at most 5,000 points each: where that is
 * too fine, the next coarser grain, and the answer says so. Reads the released schema only.
 */
export async function readSeries(
  ctx: Ctx,
  dataset: OpenDataset,
  datastreams: readonly DatasetDatastream[],
  choice: Choice,
  span: Span,
  extent: Extent | undefined,
): Promise<SeriesAnswer> {
  const nothing = { series: [], leftOut: 0, notNumbers: 0, coarserThanAsked: false, tooMuch: false };
  const covered = clip(span, extent);
  if (!covered || datastreams.length === 0) return { ...nothing, grain: choice.resolution };
  if (roughCount(datastreams, covered) > mostReadings)
    return { ...nothing, grain: choice.resolution, tooMuch: true };
  const seconds = (covered.end - covered.start) / 1000;
  const ids = datastreams.slice(0, mostSeries).map((each) => each.id);
  return withTransaction(ctx.public, async (tx) => {
    await tx.query("set transaction read only; set local statement_timeout = '20s'");
    for (const grain of grains.slice(grains.indexOf(choice.resolution))) {
      if (grain !== 'raw' && grain !== 'monthly' && seconds / secondsOf[grain] + 1 > mostPoints) continue;
      const rows =
        grain === 'raw'
          ? await readRaw(tx, dataset, ids, choice, span)
          : await readBuckets(tx, dataset, ids, choice, span, grain);
      if (rows.some((row) => row.full || row.time.length > mostPoints)) continue;
      return { ...collect(ids, rows), grain, coarserThanAsked: grain !== choice.resolution, tooMuch: false };
    }
    return { ...nothing, grain: 'monthly', tooMuch: true };
  });
}

type Row = Series & { left_out: number; not_numbers: number; full: boolean };

function collect(
  ids: readonly string[],
  rows: readonly Row[],
): Pick<SeriesAnswer, 'series' | 'leftOut' | 'notNumbers'> {
  const sum = (pick: (row: Row) => number) => rows.reduce((total, row) => total + pick(row), 0);
  return {
    series: ids.flatMap((id) => {
      const row = rows.find((each) => each.datastream === id);
      if (!row || row.time.length === 0) return [];
      return [
        { datastream: id, time: row.time, mean: row.mean, min: row.min, max: row.max, count: row.count },
      ];
    }),
    leftOut: sum((row) => row.left_out),
    notNumbers: sum((row) => row.not_numbers),
  };
}

/** Assumes that readings lie evenly in their extent: good enough to tell thousands from billions. */
function roughCount(
  datastreams: readonly DatasetDatastream[],
  covered: { start: number; end: number },
): number {
  let total = 0;
  for (const { readings, from, to: last, latest } of datastreams.slice(0, mostSeries)) {
    const to = latest ?? last;
    if (!from || !to) continue;
    const whole = Math.max(Date.parse(to) - Date.parse(from), 1);
    const part = Math.min(Date.parse(to), covered.end) - Math.max(Date.parse(from), covered.start);
    total += readings * Math.min(Math.max(part / whole, 0), 1);
  }
  return total;
}

const implausible = `coalesce(o.result_quality @> '{"plausible": false}', false)`;
// `real` prints seven digits, more than any chart shows, and halves what goes to the browser; what is too small for it
// comes whole.
const short = (value: string) =>
  `case when abs(${value}) >= 1e-37 then to_json(${value}::real) else to_json(${value}) end`;
const inSpan = `d.dataset_id = $1 and d.id = any($2::bigint[])
  and o.phenomenon_start >= coalesce($3::timestamptz, '-infinity') and o.phenomenon_start < coalesce($4::timestamptz, 'infinity')`;

async function readRaw(
  tx: Tx,
  dataset: OpenDataset,
  ids: string[],
  choice: Choice,
  span: Span,
): Promise<Row[]> {
  const { rows } = await tx.query<Row>(
    `select datastream, coalesce(json_agg(t order by t) filter (where drawn), '[]') as time,
       coalesce(json_agg(${short('r')} order by t) filter (where drawn), '[]') as mean, '[]'::json as min, '[]'::json as max,
       '[]'::json as count, count(*) filter (where left_out)::int as left_out,
       count(*) filter (where r is null)::int as not_numbers, count(*) > ${mostPoints} as full
     from (
       select d.id as datastream, extract(epoch from o.phenomenon_start)::float8 as t, o.result_number as r,
         ${implausible} and not $5 as left_out, o.result_number is not null and ($5 or not ${implausible}) as drawn
       from released.datastream d
       cross join lateral (
         select o.phenomenon_start, o.result_number, o.result_quality from released.observation o
         where o.datastream_id = d.id and o.phenomenon_start >= coalesce($3::timestamptz, '-infinity')
           and o.phenomenon_start < coalesce($4::timestamptz, 'infinity')
         order by o.phenomenon_start, o.id limit ${mostPoints + 1}
       ) o
       where d.dataset_id = $1 and d.id = any($2::bigint[])
     ) each group by datastream`,
    [dataset.id, ids, span.start ?? null, span.end ?? null, choice.flagged === 'include'],
  );
  return rows;
}

async function readBuckets(
  tx: Tx,
  dataset: OpenDataset,
  ids: string[],
  choice: Choice,
  span: Span,
  grain: Exclude<Grain, 'raw'>,
): Promise<Row[]> {
  const { rows } = await tx.query<Row>(
    `select datastream, coalesce(json_agg(t order by t) filter (where n > 0), '[]') as time,
       coalesce(json_agg(${short('mean')} order by t) filter (where n > 0), '[]') as mean,
       coalesce(json_agg(${short('low')} order by t) filter (where n > 0), '[]') as min,
       coalesce(json_agg(${short('high')} order by t) filter (where n > 0), '[]') as max,
       coalesce(json_agg(n order by t) filter (where n > 0), '[]') as count,
       sum(left_out)::int as left_out, sum(not_numbers)::int as not_numbers, false as full
     from (
       select d.id as datastream, extract(epoch from date_trunc($7, o.phenomenon_start, $6))::float8 as t,
         avg(o.result_number) filter (where $5 or not ${implausible}) as mean,
         min(o.result_number) filter (where $5 or not ${implausible}) as low,
         max(o.result_number) filter (where $5 or not ${implausible}) as high,
         count(o.result_number) filter (where $5 or not ${implausible})::int as n,
         count(*) filter (where ${implausible} and not $5) as left_out,
         count(*) filter (where o.result_number is null) as not_numbers
       from released.datastream d join released.observation o on o.datastream_id = d.id
       where ${inSpan} group by 1, 2
     ) each group by datastream`,
    [
      dataset.id,
      ids,
      span.start ?? null,
      span.end ?? null,
      choice.flagged === 'include',
      dataset.zone,
      fields[grain],
    ],
  );
  return rows;
}
