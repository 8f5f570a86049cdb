import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import fastify, { type FastifyInstance } from 'fastify';
import { asyncBufferFromUrl, cachedAsyncBuffer, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { testDatabase } from '../../../test/support/context.ts';
import { type Made, makeDatastream } from '../../../test/support/make.ts';
import { withTransaction } from '../../kit/database.ts';
import { httpStatus, isProblem } from '../../kit/problem.ts';
import { deleteEntity } from '../../observations/delete-entity.ts';
import { storeReadings } from '../../observations/index.ts';
import { updateEntity } from '../../observations/update-entity.ts';
import { dropPublishedFiles, releaseWhatIsDue, setAccess, setPolicy } from '../../release/index.ts';
import type { PolicyStep } from '../../release/policy.ts';
import { registerDownloads } from '../readings/http.ts';
import { registerFiles } from './http.ts';
import { publishFiles } from './publish-files.ts';

type Listed = {
  month: string;
  edition: number;
  rows: number;
  bytes: number;
  sha256: string;
  url?: string;
  endedAt: string | null;
  endedWhy: string | null;
};

const db = testDatabase({ now: '2026-11-20T15:00:00Z' });
let server: FastifyInstance;
let root: string;
let air: Made;

const reading = (phenomenonStart: string, result: unknown, made = air) => ({
  datastreamId: made.datastreamId,
  phenomenonStart,
  result,
});
const store = (...readings: ReturnType<typeof reading>[]) =>
  storeReadings(db.ctx, { repeats: 'allow', readings });
const list = async (slug = 'air') => {
  const answer = await server.inject(`/datasets/${slug}/files`);
  assert.equal(answer.statusCode, 200);
  return answer.json() as Listed[];
};
const pathOf = ({ url }: Pick<Listed, 'url'>) => new URL(url as string).pathname;
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('published files', () => {
  before(async () => {
    const { ctx } = db;
    await ctx.app.query(`insert into released.place (slug, kind, name, state, time_zone, longitude, latitude)
      values ('danbury', 'city', 'Danbury', 'CT', 'America/New_York', -73.45, 41.39)`);
    air = await makeDatastream(ctx, { dataset: 'air' });
    await ctx.owner.query(
      `update private.dataset set place = 'danbury'; update released.dataset set place = 'danbury'`,
    );
    // By Danbury's clock the last of these is still in October, in UTC it is not.
    await store(
      reading('2026-09-15T12:00:00Z', 1),
      reading('2026-10-15T12:00:00Z', 2),
      reading('2026-11-01T03:59:59Z', 3),
    );
    await store(reading('2026-11-10T12:00:00Z', 4));
    server = fastify({ forceCloseConnections: true });
    server.setErrorHandler((error, _request, reply) => {
      const status = isProblem(error) ? httpStatus[error.kind] : 500;
      return reply.code(status).send({ status, detail: (error as Error).message });
    });
    registerDownloads(server, ctx);
    registerFiles(server, ctx);
    await server.listen({ port: 0, host: '127.0.0.1' });
    root = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  });
  after(() => server.close());

  it('makes a file of each month that is over by the clock of the city, once', async () => {
    assert.equal(await publishFiles(db.ctx), 2);
    const files = await list();
    assert.deepEqual(
      files.map(({ month, edition, rows }) => [month, edition, rows]),
      [
        ['2026-10', 1, 2],
        ['2026-09', 1, 1],
      ],
    );
    assert.equal(await publishFiles(db.ctx), 0);
    const october = files[0] as Listed;
    const answer = await server.inject(pathOf(october));
    assert.equal(answer.statusCode, 200);
    assert.equal(sha256(answer.rawPayload), october.sha256);
    assert.equal(answer.rawPayload.length, october.bytes);
    const download = await server.inject('/datasets/air/readings.parquet?from=2026-10-01&to=2026-10-31');
    assert.equal(sha256(download.rawPayload), october.sha256, 'it is what anybody downloads for these days');
  });

  it('is at an address of its own, and the newest at one that stays', async () => {
    const [october] = (await list()) as [Listed];
    assert.match(pathOf(october), /^\/datasets\/air\/files\/2026-10-[0-9a-f]{64}\.parquet$/);
    const newest = await server.inject('/datasets/air/files/2026-10.parquet');
    assert.equal(newest.headers['content-location'], pathOf(october));
    assert.equal(newest.headers.etag, `"${october.sha256}"`);
    assert.equal(
      newest.headers['cache-control'],
      'public, no-cache',
      'a cache must ask: a file may be withdrawn',
    );
    assert.equal(
      newest.headers['repr-digest'],
      `sha-256=:${Buffer.from(october.sha256, 'hex').toString('base64')}:`,
    );
    for (const name of [
      '2026-12.parquet',
      '2026-13.parquet',
      'x',
      `2026-10-${'0'.repeat(64)}.parquet`,
      '2026-10.csv',
    ])
      assert.equal((await server.inject(`/datasets/air/files/${name}`)).statusCode, 404, name);
  });

  it('answers HEAD, conditions and ranges as RFC 9110 says', async () => {
    const [october] = (await list()) as [Listed];
    const url = pathOf(october);
    const whole = (await server.inject(url)).rawPayload;
    const etag = `"${october.sha256}"`;
    const head = await server.inject({ method: 'HEAD', url });
    assert.deepEqual(
      [head.statusCode, head.headers['content-length'], head.headers['accept-ranges'], head.body],
      [200, String(whole.length), 'bytes', ''],
    );
    assert.equal((await server.inject({ url, headers: { 'if-none-match': etag } })).statusCode, 304);
    const get = (headers: Record<string, string>) => server.inject({ url, headers });
    const part = await get({ range: 'bytes=4-9' });
    assert.equal(part.statusCode, 206);
    assert.equal(part.headers['content-range'], `bytes 4-9/${whole.length}`);
    assert.deepEqual(part.rawPayload, whole.subarray(4, 10));
    assert.deepEqual((await get({ range: 'bytes=-8' })).rawPayload, whole.subarray(-8));
    const beyond = await get({ range: `bytes=${whole.length}-` });
    assert.deepEqual([beyond.statusCode, beyond.headers['content-range']], [416, `bytes */${whole.length}`]);
    assert.equal((await get({ range: 'bytes=0-1,4-5' })).statusCode, 200, 'several parts: the whole');
    assert.equal((await get({ range: 'bytes=0-1', 'if-range': etag })).statusCode, 206);
    assert.equal((await get({ range: 'bytes=0-1', 'if-range': '"other"' })).statusCode, 200);
  });

  it('lies in pieces, any part of which is right', async () => {
    const { ctx } = db;
    const big = await makeDatastream(ctx, { dataset: 'big' });
    await ctx.owner.query(
      `insert into released.observation (datastream_id, id, phenomenon_start, result_number)
       select $1, nextval('private.observation_id'), '2026-10-01T05:00:00Z'::timestamptz + n * interval '10 seconds', random() * 1e6
       from generate_series(1, 150000) n`,
      [big.datastreamId],
    );
    await ctx.owner.query(
      `insert into released.datastream_extent (datastream_id, readings, phenomenon_from, phenomenon_to)
       select datastream_id, count(*), min(phenomenon_start), max(phenomenon_start) from released.observation
       where datastream_id = $1 group by 1`,
      [big.datastreamId],
    );
    assert.equal(await publishFiles(ctx), 1);
    const [file] = (await list('big')) as [Listed];
    const url = pathOf(file);
    const whole = (await server.inject(url)).rawPayload;
    assert.ok(whole.length > 1_000_000, `${whole.length} bytes in several pieces`);
    assert.equal(sha256(whole), file.sha256);
    const edge = 256 * 1024;
    const bounds = [0, 1, edge - 1, edge, edge + 1, 2 * edge, 5 * edge - 1, whole.length - 1].filter(
      (at) => at < whole.length,
    );
    for (const from of bounds)
      for (const to of bounds.filter((at) => at >= from)) {
        const { rawPayload } = await server.inject({ url, headers: { range: `bytes=${from}-${to}` } });
        assert.ok(rawPayload.equals(whole.subarray(from, to + 1)), `${from}-${to}`);
      }
    // A reader of ranges that is not ours.
    let asked = 0;
    let bytes = 0;
    const counting: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      asked++;
      bytes += Number(response.headers.get('content-length'));
      return response;
    };
    const buffer = cachedAsyncBuffer(
      await asyncBufferFromUrl({ url: root + url, fetch: counting, byteLength: whole.length }),
    );
    const metadata = await parquetMetadataAsync(buffer);
    assert.equal(Number(metadata.num_rows), 150_000);
    const rows = (await parquetReadObjects({
      file: buffer,
      metadata,
      compressors,
      columns: ['result'],
      rowStart: 120_000,
      rowEnd: 120_010,
    })) as { result: number }[];
    assert.equal(rows.length, 10);
    assert.ok(
      asked > 1 && bytes < whole.length * 0.8,
      `${asked} requests, ${bytes} of ${whole.length} bytes`,
    );
  });

  it('makes another edition when a reading comes late, is corrected or removed; of the older one the checksum stays', async () => {
    const { ctx } = db;
    const first = ((await list()) as [Listed])[0];
    const editions = async () => (await list()).filter(({ month }) => month === '2026-10');
    await store(reading('2026-10-20T12:00:00Z', 5));
    assert.equal(await publishFiles(ctx), 1, 'September is as it was');
    const [second, before] = (await editions()) as [Listed, Listed];
    assert.deepEqual([second.edition, second.rows, second.endedAt], [2, 3, null]);
    assert.deepEqual([before.sha256, before.endedWhy, before.url], [first.sha256, 'superseded', undefined]);
    const gone = await server.inject(pathOf(first));
    assert.equal(gone.statusCode, 404);
    assert.match(gone.body, /no longer published \(superseded\)/);
    const { rows: pieces } = await ctx.owner.query(
      `select from released.published_file_piece p join released.published_file f on f.id = p.file_id where f.ended_at is not null`,
    );
    assert.equal(pieces.length, 0);

    const { rows } = await ctx.owner.query<{ id: string }>(
      'select id from released.observation where result_number = 5',
    );
    const id = rows[0]?.id as string;
    const changes = { kind: 'observation' as const, values: { result: 6 }, links: {}, at: '' };
    await updateEntity(ctx, { id, changes });
    assert.equal(await publishFiles(ctx), 1);
    await deleteEntity(ctx, { kind: 'observation', id });
    assert.equal(await publishFiles(ctx), 1);
    const [fourth] = (await editions()) as [Listed];
    assert.deepEqual([fourth.edition, fourth.rows], [4, 2]);
    assert.equal(fourth.sha256, first.sha256, 'the same readings make the same bytes');
    assert.equal(
      (await server.inject(pathOf(first))).statusCode,
      200,
      'and the older address gives them again',
    );
    // What changes nothing makes no edition.
    await store(reading('2026-11-12T12:00:00Z', 8));
    assert.equal(await publishFiles(ctx), 0);
  });

  it('is made once when several processes look at once', async () => {
    const { ctx } = db;
    await makeDatastream(ctx, { dataset: 'race' }).then((made) =>
      store(reading('2026-10-05T12:00:00Z', 1, made)),
    );
    const made = await Promise.all([publishFiles(ctx), publishFiles(ctx), publishFiles(ctx)]);
    assert.equal(
      made.reduce((sum, each) => sum + each, 0),
      1,
    );
    assert.equal((await list('race')).length, 1);
  });

  it('goes at once with the dataset, in the same transaction, and comes back when it does', async () => {
    const { ctx } = db;
    const made = await makeDatastream(ctx, { dataset: 'closing' });
    await store(reading('2026-10-05T12:00:00Z', 1, made));
    await publishFiles(ctx);
    const [file] = (await list('closing')) as [Listed];
    for (const next of [
      { access: 'restricted' },
      { access: 'key' },
      { access: 'restricted', listed: true },
    ] as const) {
      await setAccess(ctx, { dataset: 'closing', ...next });
      assert.equal((await server.inject(pathOf(file))).statusCode, 404);
      assert.equal((await server.inject('/datasets/closing/files')).statusCode, 404);
      const { rows } = await ctx.owner.query('select from released.published_file where dataset_id = $1', [
        made.datasetId,
      ]);
      assert.equal(rows.length, 0, 'nor is it there to be read by anything that asks');
      assert.equal(await publishFiles(ctx), 0);
      await setAccess(ctx, { dataset: 'closing', access: 'open' });
      assert.equal(await publishFiles(ctx), 1);
    }
    const [again, ...before] = await list('closing');
    assert.equal(again?.sha256, file.sha256);
    assert.deepEqual(
      before.map(({ endedWhy }) => endedWhy),
      ['withdrawn', 'withdrawn', 'withdrawn'],
    );
  });

  it('leaves out what a policy withholds, and is made anew when more is released or comes late', async () => {
    const { ctx } = db;
    const kept = await makeDatastream(ctx, { dataset: 'gated', name: 'kept' });
    const hidden = await makeDatastream(ctx, { dataset: 'gated', name: 'hidden' });
    await store(reading('2026-10-15T12:00:00Z', 7, kept), reading('2026-10-15T12:00:00Z', 8, hidden));
    const rows = async () => {
      await publishFiles(ctx);
      return (await list('gated')).map((file) => [file.edition, file.rows, file.endedWhy]);
    };
    assert.deepEqual(await rows(), [[1, 2, null]]);
    const policy = (...steps: PolicyStep[]) =>
      setPolicy(ctx, { dataset: 'gated', policy: { steps, reason: 'For a test.' } });
    await policy({ do: 'drop', column: 'result:hidden' }, { do: 'delay', for: 'P10D' });
    await releaseWhatIsDue(ctx);
    assert.deepEqual((await rows())[0], [2, 1, null]);
    // Late, and due later than that: in no file until it is released.
    await store(reading('2026-10-31T12:00:00Z', 9, kept));
    assert.deepEqual((await rows())[0], [2, 1, null]);
    await releaseWhatIsDue(ctx);
    assert.deepEqual((await rows())[0], [3, 2, null]);
    await policy();
    assert.deepEqual((await rows())[0], [4, 3, null]);
  });

  it('is withdrawn when one of its Datastreams is deleted, and made without it', async () => {
    const { ctx } = db;
    const keep = await makeDatastream(ctx, { dataset: 'two' });
    const drop = await makeDatastream(ctx, { dataset: 'two' });
    await store(reading('2026-10-05T12:00:00Z', 1, keep), reading('2026-10-05T12:00:00Z', 2, drop));
    await publishFiles(ctx);
    const [file] = (await list('two')) as [Listed];
    await deleteEntity(ctx, { kind: 'thing', id: drop.thingId });
    assert.equal((await server.inject(pathOf(file))).statusCode, 404);
    assert.equal(await publishFiles(ctx), 1);
    assert.equal((await list('two'))[0]?.rows, 1);
  });

  it('is dropped by whoever destroys readings, and stays listed with its checksum and why', async () => {
    const { ctx } = db;
    const made = await makeDatastream(ctx, { dataset: 'destroyed' });
    await store(reading('2026-09-05T12:00:00Z', 1, made), reading('2026-10-05T12:00:00Z', 2, made));
    await publishFiles(ctx);
    const [october, september] = (await list('destroyed')) as [Listed, Listed];
    const dropped = await withTransaction(ctx.app, async (tx) => {
      await tx.query('delete from released.observation where datastream_id = $1 and result_number = 1', [
        made.datastreamId,
      ]);
      return dropPublishedFiles(tx, {
        datasetId: made.datasetId,
        from: '2026-09-01',
        to: '2026-09-29',
        why: 'destroyed under certificate 7',
        at: ctx.clock.now(),
      });
    });
    assert.deepEqual(
      dropped.map(({ sha256 }) => sha256),
      [september.sha256],
    );
    assert.equal((await server.inject(pathOf(september))).statusCode, 404);
    assert.equal((await server.inject(pathOf(october))).statusCode, 200);
    const stone = (await list('destroyed')).find(({ month }) => month === '2026-09') as Listed;
    assert.deepEqual([stone.sha256, stone.endedWhy], [september.sha256, 'destroyed under certificate 7']);
    assert.equal(await publishFiles(ctx), 0, 'nothing is left of that month');
  });

  it('what was published when is kept for good', async () => {
    await assert.rejects(db.ctx.app.query('delete from private.published_file'), /permission denied/);
    await assert.rejects(
      db.ctx.app.query(`update private.published_file set month = '2026-01-01'`),
      /permission denied/,
    );
    await assert.rejects(db.ctx.public.query('select from private.published_file'), /permission denied/);
  });
});
