import type { Ctx } from '../../kit/context.ts';
import { Problem } from '../../kit/problem.ts';
import type { Choice } from './choice.ts';
import type { DatasetDatastream, OpenDataset } from './datastreams.ts';
import type { Span } from './period.ts';

export type TableRow = {
  datastream: string;
  id: string;
  /** ISO 8601, with the offset of UTC. */
  time: string;
  result: string;
  flagged: boolean;
};

export type TablePage = { rows: TableRow[]; next: string | null };

export const rowsOnPage = 50;

/**
 * A page of raw readings, newest first, of these Datastreams. `after` is the `next` of the page before; it points at a
 * reading, so pages neither repeat nor skip while new readings come in. Throws Problem `invalid` for an `after` of
 * another making.
 */
export async function readTable(
  ctx: Ctx,
  dataset: OpenDataset,
  datastreams: readonly DatasetDatastream[],
  choice: Choice,
  span: Span,
  after: string | undefined,
): Promise<TablePage> {
  const cursor = after === undefined ? undefined : parseCursor(after);
  const { rows } = await ctx.public.query<TableRow & { exact: string }>(
    `select d.id as datastream, o.id, to_json(o.phenomenon_start) #>> '{}' as time, o.flagged,
       (extract(epoch from o.phenomenon_start) * 1000000)::bigint as exact,
       coalesce(o.result_number::text, o.result_json #>> '{}') as result
     from released.datastream d
     cross join lateral (
       select o.id, o.phenomenon_start, o.result_number, o.result_json,
         coalesce(o.result_quality @> '{"plausible": false}', false) as flagged
       from released.observation o
       where o.datastream_id = d.id and o.phenomenon_start >= coalesce($3::timestamptz, '-infinity')
         and o.phenomenon_start < coalesce($4::timestamptz, 'infinity')
         and ($5 or not coalesce(o.result_quality @> '{"plausible": false}', false))
         and o.phenomenon_start <= $6
         and (o.phenomenon_start < $6 or (d.id, o.id) < ($7::bigint, $8::bigint))
       order by o.phenomenon_start desc, o.id desc limit ${rowsOnPage + 1}
     ) o
     where d.dataset_id = $1 and d.id = any($2::bigint[])
     order by o.phenomenon_start desc, d.id desc, o.id desc limit ${rowsOnPage + 1}`,
    [
      dataset.id,
      datastreams.map((each) => each.id),
      span.start ?? null,
      span.end ?? null,
      choice.flagged === 'include',
      cursor?.time ?? 'infinity',
      cursor?.datastream ?? '0',
      cursor?.id ?? '0',
    ],
  );
  const last = rows.length > rowsOnPage ? rows[rowsOnPage - 1] : undefined;
  return {
    rows: rows.slice(0, rowsOnPage).map(({ exact: _, ...row }) => row),
    next: last ? `${last.exact}.${last.datastream}.${last.id}` : null,
  };
}

function parseCursor(text: string): { time: string; datastream: string; id: string } {
  const match = /^(-?\d{1,18})\.(\d{1,19})\.(\d{1,19})$/.exec(text);
  const microseconds = BigInt(match?.[1] ?? 0);
  const milliseconds = microseconds / 1000n - (microseconds % 1000n < 0n ? 1n : 0n);
  const instant = new Date(Number(milliseconds));
  if (!match || Number.isNaN(instant.getTime()) || Math.abs(instant.getUTCFullYear() - 5000) >= 5000) {
    throw new Problem('invalid', '“after” is wrong: take it from the link to the next page, unchanged.', {
      details: { parameter: 'after' },
    });
  }
  const rest = String(microseconds - milliseconds * 1000n).padStart(3, '0');
  return {
    time: instant.toISOString().replace('Z', `${rest}Z`),
    datastream: match[2] as string,
    id: match[3] as string,
  };
}
