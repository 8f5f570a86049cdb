import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { to as copyTo } from 'pg-copy-streams';
import type { Ctx } from '../../kit/context.ts';
import type { Pool, Tx } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { bindDatasets, stillGranted } from '../../release/index.ts';
import { type Choice, serializeChoice } from './choice.ts';
import {
  type ContentSchema,
  chooseDatastreams,
  type DatasetDatastream,
  extentOf,
  findGrantedDataset,
  findOpenDataset,
  type OpenDataset,
  readDatastreams,
} from './datastreams.ts';
import {
  csvHeader,
  datastreamHead,
  downloadStatement,
  type Format,
  lineMark,
  settingNames,
} from './download-sql.ts';
import { localDate, resolvePeriod, type Span } from './period.ts';
import { ParquetReadings } from './write-parquet.ts';

export type Download = {
  etag: string;
  fileName: string;
  /** Ends when everything was sent; destroy it to stop the query and give the connection back. */
  stream: Readable;
  /** Of a Parquet file: how many rows were written so far. */
  rows: () => number;
};

/** A reader who takes nothing for this long has gone; the connection is worth more. */
const patience = 60_000;

/**
 * Opens a download of a choice of readings: one snapshot, sensor after sensor, each in the order of time. With
 * `unlessEtag` equal to the current one nothing is read and the answer has no stream.
 * Errors: not-found (unknown or restricted dataset, or one that the asker's key does not open), invalid (a sensor or measure it does not have), busy (too many
 * downloads at once). An error after the first byte destroys the stream.
 */
export async function openDownload(
  ctx: Ctx,
  input: { dataset: string; format: Format; choice: Choice; unlessEtag?: (etag: string) => boolean },
): Promise<Download | { etag: string }> {
  if (input.format === 'sensorthings' && input.choice.resolution !== 'raw') {
    throw new Problem(
      'invalid',
      '“resolution” is wrong: SensorThings JSON holds readings as they are (raw).',
      {
        details: { parameter: 'resolution', allowed: ['raw'] },
      },
    );
  }
  const granted = await findGrantedDataset(ctx, input.dataset);
  const held = granted && (await heldVersion(ctx, granted.id));
  const schema = granted ? 'visible' : 'released';
  const pool = granted ? ctx.granted : ctx.public;
  const release = takeTurn(pool);
  let tx: Tx | undefined;
  let handedOver = false;
  try {
    const client = await pool.connect();
    tx = client;
    await client.query(opening(input.choice));
    if (granted) await bindDatasets(client, [granted.id]);
    const dataset = granted ?? (await findOpenDataset(client, input.dataset));
    const all = await readDatastreams(client, dataset.id, schema);
    const datastreams = chooseDatastreams(all, input.choice);
    const span = resolvePeriod(input.choice.period, dataset.zone, ctx.clock.now(), extentOf(datastreams));
    const etag = await tagOf(client, schema, dataset, datastreams, input.choice, input.format, span);
    if (input.unlessEtag?.(etag)) return { etag };
    const statement = downloadStatement(input.format, input.choice, schema);
    const isOpen = await whetherOpen(ctx, client, dataset.id, held);
    const parquet = input.format === 'parquet' ? new ParquetReadings(input.choice) : undefined;
    const chunks = writeAll(
      client,
      dataset,
      datastreams,
      input.choice,
      input.format,
      statement,
      schema,
      span,
      isOpen,
      parquet,
    );
    // The first chunk now: what goes wrong before it still gets a proper answer.
    const first = await chunks.next();
    const stream = stallable(first.done ? [] : [first.value], chunks);
    stream.once('close', () => {
      const complete = stream.readableEnded;
      if (complete)
        client.query('commit').then(
          () => client.release(),
          (error: Error) => client.release(error),
        );
      else client.release(true);
      release();
    });
    handedOver = true;
    const rows = () => parquet?.rows ?? 0;
    return { etag, fileName: fileName(dataset, input.choice, input.format, span), stream, rows };
  } finally {
    if (!handedOver) {
      release();
      await tx?.query('rollback').then(
        () => tx?.release(),
        () => tx?.release(true),
      );
    }
  }
}

/**
 * Whether what a transaction began to read may still be read: the dataset is as open as it was, under the same release
 * policy. The transaction itself sees it as it was when it began. `held`: the version that a key's reader began with.
 */
export async function whetherOpen(
  ctx: Ctx,
  tx: Tx,
  id: string,
  held: number | undefined,
): Promise<() => Promise<boolean>> {
  if (held !== undefined) {
    const { keyId } = ctx.actor as { keyId: string };
    return async () =>
      (await heldVersion(ctx, id)) === held &&
      (await stillGranted(ctx, [{ keyId, datasetId: id }])).size === 1;
  }
  const { rows } = await tx.query<{ version: number }>(
    'select policy_version as version from released.dataset where id = $1',
    [id],
  );
  const asItWas = "select from released.dataset where id = $1 and access = 'open' and policy_version = $2";
  return async () => (await ctx.public.query(asItWas, [id, rows[0]?.version ?? 0])).rowCount === 1;
}

/** The policy in force on a dataset that a key opens; asked before a transaction begins, so that it is never too new. */
export async function heldVersion(ctx: Ctx, id: string): Promise<number | undefined> {
  const { rows } = await ctx.app.query<{ version: number }>(
    'select policy_version as version from private.dataset where id = $1',
    [id],
  );
  return rows[0]?.version;
}

function opening(choice: Choice): string {
  return `begin isolation level repeatable read read only;
    set local statement_timeout = '1h';
    -- A reader who leaves ends the query: the server looks for its client while it computes, and on every write.
    set local client_connection_check_interval = '2s';
    ${
      // One Datastream may hold more readings than memory: walk its key in order instead of sorting them.
      choice.resolution === 'raw' ? 'set local enable_sort = off; set local enable_bitmapscan = off;' : ''
    }`;
}

const running = new WeakMap<Pool, number>();

/** Half the connections at most are for downloads, which hold theirs long; pages need the others. */
export function takeTurn(pool: Pool): () => void {
  const most = Math.max(1, Math.floor(pool.options.max / 2));
  const now = running.get(pool) ?? 0;
  if (now >= most) {
    throw new Problem('busy', `${now} downloads are running, which is all at once. Try again in a minute.`, {
      details: { retryAfter: 60 },
    });
  }
  running.set(pool, now + 1);
  let given = false;
  return () => {
    if (!given) running.set(pool, (running.get(pool) ?? 1) - 1);
    given = true;
  };
}

async function* writeAll(
  tx: Tx,
  dataset: OpenDataset,
  datastreams: readonly DatasetDatastream[],
  choice: Choice,
  format: Format,
  statement: string,
  schema: ContentSchema,
  span: Span,
  isOpen: () => Promise<boolean>,
  parquet: ParquetReadings | undefined,
): AsyncGenerator<Buffer> {
  const [head, tail] = frames(format, choice);
  if (head) yield Buffer.from(head);
  let isFirst = true;
  await tx.query("select set_config('TimeZone', $1, true)", [dataset.zone]);
  for (const datastream of datastreams) {
    if (datastream.readings === 0) continue;
    await setAll(tx, {
      dataset: dataset.slug,
      datastream: datastream.id,
      sensor: datastream.sensor,
      zone: dataset.zone,
      start: span.start ?? '',
      end: span.end ?? '',
    });
    const rows = () => whileOpen(tx.query(copyTo(statement)), dataset.slug, isOpen);
    if (parquet) {
      yield* parquet.series(dataset, datastream, inPieces(rows()));
      continue;
    }
    if (format === 'sensorthings') {
      const { rows: heads } = await tx.query<{ head: string }>(datastreamHead(schema), [datastream.id]);
      yield Buffer.from(`${isFirst ? '' : ',\n'}${heads[0]?.head}\n`);
      isFirst = true;
    }
    for await (const chunk of inPieces(withoutMarks(rows()))) {
      // Each JSON row comes with a comma before it; the very first has none to follow.
      yield isFirst && withCommas.has(format) ? chunk.subarray(1) : chunk;
      isFirst = false;
    }
    if (format === 'sensorthings') {
      yield Buffer.from(']}');
      isFirst = false;
    }
  }
  if (parquet) yield parquet.finish();
  if (tail) yield Buffer.from(tail);
}

const withCommas: ReadonlySet<Format> = new Set(['json', 'geojson', 'sensorthings']);

/** What COPY put around lines (`lineMark`) out again; of a doubled mark one stays. */
async function* withoutMarks(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let dropped = false;
  const keep = (byte: number) => {
    const kept = byte !== lineMark || dropped;
    dropped = !kept;
    return kept;
  };
  for await (const chunk of chunks)
    yield chunk.includes(lineMark) || dropped ? Buffer.from(chunk.filter(keep)) : chunk;
}

/** How long a download goes on without looking whether it still may: a default of the software; no law sets it. */
const trustedMs = 1000;

/**
 * The transaction of a download sees the data as they were when it began; whoever closed them since is obeyed, also in
 * the middle of a long series. Errors: not-found.
 */
export async function* whileOpen<T>(
  parts: AsyncIterable<T>,
  slug: string,
  isOpen: () => Promise<boolean>,
  trusted = trustedMs,
): AsyncGenerator<T> {
  let until = 0;
  for await (const part of parts) {
    if (Date.now() >= until) {
      if (!(await isOpen()))
        throw new Problem('not-found', `The dataset ${slug} was closed while it was downloaded.`);
      until = Date.now() + trusted;
    }
    yield part;
  }
}

const pieceSize = 64 * 1024;

/** COPY hands over a few rows at a time; a piece of some size costs one write for all of them. */
async function* inPieces(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    waiting.push(chunk);
    size += chunk.length;
    if (size < pieceSize) continue;
    yield Buffer.concat(waiting, size);
    waiting = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(waiting, size);
}

async function setAll(tx: Tx, values: Record<keyof typeof settingNames, string>): Promise<void> {
  const names = Object.keys(settingNames) as (keyof typeof settingNames)[];
  await tx.query(
    'select set_config(name, value, true) from unnest($1::text[], $2::text[]) as s (name, value)',
    [names.map((name) => settingNames[name]), names.map((name) => values[name])],
  );
}

function frames(format: Format, choice: Choice): [string, string] {
  if (format === 'csv') return [`${choice.resolution === 'raw' ? csvHeader.raw : csvHeader.buckets}\n`, ''];
  if (format === 'json') return ['[\n', ']\n'];
  if (format === 'jsonl' || format === 'parquet') return ['', ''];
  if (format === 'sensorthings') return ['{"value":[\n', '\n]}\n'];
  return ['{"type":"FeatureCollection","features":[\n', ']}\n'];
}

/** The chunks as a stream that destroys itself when its reader stops reading. */
export function stallable(first: Buffer[], rest: AsyncIterable<Buffer>): Readable {
  let timer: NodeJS.Timeout | undefined;
  async function* watched(): AsyncGenerator<Buffer> {
    for (const part of [first, rest]) {
      for await (const chunk of part) {
        timer = setTimeout(() => stream.destroy(new Error('the reader of a download stalled')), patience);
        timer.unref();
        yield chunk;
        clearTimeout(timer);
      }
    }
  }
  const stream = Readable.from(watched(), { objectMode: false, highWaterMark: 256 * 1024 });
  stream.once('close', () => clearTimeout(timer));
  return stream;
}

/**
 * Weak, for a proxy may compress. Every store, change or removal of readings touches the Datastream's extent; what else
 * stands in a row (names, units, places) is in it as it is.
 */
async function tagOf(
  tx: Tx,
  schema: ContentSchema,
  dataset: OpenDataset,
  datastreams: readonly DatasetDatastream[],
  choice: Choice,
  format: Format,
  span: Span,
): Promise<string> {
  const { rows } = await tx.query<{ extents: string; places: string }>(
    `select
       (select md5(coalesce(string_agg(concat_ws(' ', e.datastream_id, e.readings, e.phenomenon_from, e.phenomenon_to,
          e.arrived_at), ',' order by e.datastream_id), ''))
        from ${schema}.datastream_extent e where e.datastream_id = any($1::bigint[])) as extents,
       (select md5(coalesce(string_agg(l.id || l.location::text, ',' order by tl.thing_id, l.id), ''))
        from ${schema}.thing_location tl join ${schema}.location l on l.id = tl.location_id
        where $3 and tl.thing_id = any($2::bigint[])) as places`,
    [
      datastreams.map((each) => each.id),
      datastreams.map((each) => each.thingId),
      format === 'geojson' || format === 'sensorthings',
    ],
  );
  const content = [1, format, serializeChoice(choice).toString(), span, dataset, datastreams, rows];
  return `W/"${createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 27)}"`;
}

function fileName(dataset: OpenDataset, choice: Choice, format: Format, span: Span): string {
  const parts = [dataset.slug, choice.resolution];
  if (span.start) parts.push(localDate(span.start, dataset.zone));
  if (span.end) parts.push(localDate(new Date(Date.parse(span.end) - 1).toISOString(), dataset.zone));
  return `${parts.join('-')}.${format === 'sensorthings' ? 'sensorthings.json' : format}`;
}
