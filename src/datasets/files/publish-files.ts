import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { as, type Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { isProblem } from '../../kit/problem.ts';
import { checkPermission } from '../../people/index.ts';
import { isUnsettled } from '../../release/index.ts';
import { downloadDefaults } from '../readings/choice.ts';
import { type Download, openDownload } from '../readings/open-download.ts';
import { siteZone } from '../sql.ts';
import { pieceSize } from './open-file.ts';
import { daysOfGrace } from './published-file.ts';

type Month = { datasetId: string; slug: string; month: string; lastDay: string };

/** Months looked after in one call; the next call takes the others. */
const atOnce = 50;

/**
 * Makes a file of each month that is over and has none, or of which readings came late, were corrected or removed since. Several
 * processes may do so at once. A month that is as it was keeps its file. Returns how many were published.
 */
export async function publishFiles(ctx: Ctx): Promise<number> {
  checkPermission(ctx, 'run-the-installation');
  let published = 0;
  for (const month of await monthsToPublish(ctx)) {
    try {
      if (await publish(ctx, month)) published++;
    } catch (error) {
      // Another one's turn, or a dataset that was closed meanwhile: the next call looks again.
      if (!isProblem(error))
        ctx.log.warn(
          { err: error, dataset: month.datasetId, month: month.month },
          'a file was not published',
        );
    }
  }
  return published;
}

/** Of open datasets that are as their policy says, without what it withholds: months that are over, hold a reading, and have no file, or one that is stale. */
async function monthsToPublish(ctx: Ctx): Promise<Month[]> {
  const { rows } = await ctx.app.query<Month>(
    `with dataset as (
       select ds.id, ds.slug, coalesce(p.time_zone, ${siteZone}) as zone
       from private.dataset ds left join released.place p on p.slug = ds.place
       where ds.access = 'open' and not ${isUnsettled('ds')}
         and exists (select from released.dataset r where r.id = ds.id)
     ), spanned as (
       select ds.*, min(e.phenomenon_from) as first_at, least(max(e.phenomenon_to), $1::timestamptz) as last_at
       from dataset ds join released.datastream d on d.dataset_id = ds.id
       join released.datastream_extent e on e.datastream_id = d.id and e.readings > 0 group by ds.id, ds.slug, ds.zone
     ), month as (
       select s.*, m::date as month, m::timestamp at time zone zone as starts,
         (m + interval '1 month')::timestamp at time zone zone as ends
       from spanned s, generate_series(date_trunc('month', greatest(first_at, '1970-01-01') at time zone zone),
         last_at at time zone zone, interval '1 month') m
     )
     select id::text as "datasetId", slug, month::text as month, (month + interval '1 month' - interval '1 day')::date::text as "lastDay"
     from month
     where ends + make_interval(days => $2) <= $1
       and (exists (select from private.published_file_stale s where s.dataset_id = month.id
              and s.month = month.month)
         or not exists (select from private.published_file f where f.dataset_id = month.id and f.month = month.month
              and f.made_at is not null and f.ended_at is null))
       and exists (select from released.datastream d where d.dataset_id = month.id
         and exists (select from released.observation o where o.datastream_id = d.id and o.phenomenon_start >= starts
           and o.phenomenon_start < ends))
     order by month.month desc, slug limit $3`,
    [ctx.clock.now(), daysOfGrace, atOnce],
  );
  return rows;
}

async function publish(ctx: Ctx, month: Month): Promise<boolean> {
  const id = await begin(ctx, month);
  if (id === undefined) return false;
  try {
    const anyone = as(ctx, { kind: 'anonymous' });
    const choice = {
      ...downloadDefaults,
      sensors: [],
      measures: [],
      period: { from: month.month, to: month.lastDay },
    };
    // What anybody who downloads that month gets, byte for byte.
    const download = await openDownload(anyone, { dataset: month.slug, format: 'parquet', choice });
    if (!('stream' in download)) return await finish(ctx, id, month, undefined);
    return await finish(ctx, id, month, await store(ctx, id, download));
  } catch (error) {
    await finish(ctx, id, month, undefined).catch(() => {});
    throw error;
  }
}

/** Notes that this file is being made; undefined while another process does. What is noted as stale from now on concerns the next. */
async function begin(ctx: Ctx, month: Month): Promise<string | undefined> {
  return withTransaction(ctx.app, async (tx) => {
    await tx.query("select pg_advisory_xact_lock(hashtextextended('published-file ' || $1, 0))", [
      month.datasetId,
    ]);
    const { rows: others } = await tx.query<{ id: string; dead: boolean }>(
      `select id, started_at < $3::timestamptz - interval '1 hour' as dead from private.published_file
       where dataset_id = $1 and month = $2 and made_at is null and ended_at is null`,
      [month.datasetId, month.month, ctx.clock.now()],
    );
    if (others.some(({ dead }) => !dead)) return undefined;
    // One that was broken off by a stop.
    const dead = others.map((other) => other.id);
    await tx.query('delete from released.published_file where id = any($1::bigint[])', [dead]);
    await tx.query(
      `update private.published_file set ended_at = $2, ended_why = 'unfinished' where id = any($1::bigint[])`,
      [dead, ctx.clock.now()],
    );
    const { rows } = await tx.query<{ id: string }>(
      `insert into private.published_file (dataset_id, month, started_at)
       select id, $2, $3 from private.dataset where id = $1 and access = 'open' returning id`,
      [month.datasetId, month.month, ctx.clock.now()],
    );
    const id = rows[0]?.id;
    if (id === undefined) return undefined;
    await tx.query('insert into released.published_file (id, dataset_id, month) values ($1, $2, $3)', [
      id,
      month.datasetId,
      month.month,
    ]);
    await tx.query('delete from private.published_file_stale where dataset_id = $1 and month = $2', [
      month.datasetId,
      month.month,
    ]);
    return id;
  });
}

type Stored = { bytes: number; rows: number; sha256: string };

/** Piece by piece, so that memory stays flat. A dataset that is closed meanwhile takes the file along: then a piece finds no file. */
async function store(ctx: Ctx, id: string, { stream, rows }: Download): Promise<Stored> {
  const hash = createHash('sha256');
  let waiting: Buffer = Buffer.alloc(0);
  let part = 0;
  let bytes = 0;
  const insert = (data: Buffer) =>
    ctx.app.query('insert into released.published_file_piece (file_id, part, data) values ($1, $2, $3)', [
      id,
      part++,
      data,
    ]);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
      waiting = waiting.length > 0 ? Buffer.concat([waiting, chunk]) : chunk;
      while (waiting.length >= pieceSize) {
        await insert(waiting.subarray(0, pieceSize));
        waiting = waiting.subarray(pieceSize);
      }
    }
    if (waiting.length > 0) await insert(waiting);
  } finally {
    // The download's connection goes back before anything else is done.
    stream.destroy();
    if (!stream.closed) await once(stream, 'close');
  }
  return { bytes, rows: rows(), sha256: hash.digest('hex') };
}

/** Publishes the file, unless the one that is there is the same; then, and when it came to nothing, it leaves no trace but a line. */
async function finish(ctx: Ctx, id: string, month: Month, stored: Stored | undefined): Promise<boolean> {
  const now = ctx.clock.now();
  return withTransaction(ctx.app, async (tx) => {
    await tx.query("select pg_advisory_xact_lock(hashtextextended('published-file ' || $1, 0))", [
      month.datasetId,
    ]);
    const { rows } = await tx.query<{
      current: string | null;
      sha256: string | null;
      editions: number;
      alive: boolean;
    }>(
      `select max(id) filter (where made_at is not null and ended_at is null)::text as current,
         max(sha256) filter (where made_at is not null and ended_at is null) as sha256,
         count(*) filter (where made_at is not null)::int as editions,
         coalesce(bool_or(id = $3 and ended_at is null), false) as alive
       from private.published_file where dataset_id = $1 and month = $2`,
      [month.datasetId, month.month, id],
    );
    const { current, sha256, editions, alive } = rows[0] ?? {
      current: null,
      sha256: null,
      editions: 0,
      alive: false,
    };
    if (!alive) return false;
    if (!stored || stored.sha256 === sha256) {
      await tx.query('delete from released.published_file where id = $1', [id]);
      await tx.query('update private.published_file set ended_at = $2, ended_why = $3 where id = $1', [
        id,
        now,
        stored ? 'unchanged' : 'unfinished',
      ]);
      return false;
    }
    if (current !== null) {
      await tx.query(
        `update private.published_file set ended_at = $2, ended_why = 'superseded' where id = $1`,
        [current, now],
      );
      await tx.query('delete from released.published_file_piece where file_id = $1', [current]);
    }
    await tx.query(
      `update private.published_file set edition = $2, bytes = $3, rows = $4, sha256 = $5, made_at = $6 where id = $1`,
      [id, editions + 1, stored.bytes, stored.rows, stored.sha256, now],
    );
    // With what was published of this month before: its checksums stay readable.
    await tx.query(
      `insert into released.published_file (id, dataset_id, month, edition, rows, bytes, sha256, made_at, ended_at, ended_why)
       select id, dataset_id, month, edition, rows, bytes, sha256, made_at, ended_at, ended_why from private.published_file
       where dataset_id = $1 and month = $2 and made_at is not null
       on conflict (id) do update set edition = excluded.edition, rows = excluded.rows, bytes = excluded.bytes, sha256 = excluded.sha256,
         made_at = excluded.made_at, ended_at = excluded.ended_at, ended_why = excluded.ended_why`,
      [month.datasetId, month.month],
    );
    return true;
  });
}
