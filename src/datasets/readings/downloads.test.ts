import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import fastify, { type FastifyInstance } from 'fastify';
import { testDatabase } from '../../../test/support/context.ts';
import { type Made, makeDatastream } from '../../../test/support/make.ts';
import { withTransaction } from '../../kit/database.ts';
import { httpStatus, isProblem } from '../../kit/problem.ts';
import { shortCode } from '../../kit/short-code.ts';
import { storeReadings } from '../../observations/index.ts';
import { updateEntity } from '../../observations/update-entity.ts';
import { projectEntities, setAccess } from '../../release/index.ts';
import { registerDownloads } from './http.ts';

const db = testDatabase();
let server: FastifyInstance;
let first: Made;
let second: Made;

const rowsOf = (csv: string) => parse(csv, { columns: true }) as Record<string, string>[];

describe('downloads of readings', () => {
  before(async () => {
    const { ctx } = db;
    await ctx.app.query(`insert into released.place (slug, kind, name, state, time_zone, longitude, latitude)
    values ('danbury', 'city', 'Danbury', 'CT', 'America/New_York', -73.45, 41.39)`);
    first = await makeDatastream(ctx, {
      dataset: 'air',
      name: '=cmd|"x"!A1',
      plausibleLow: -50,
      plausibleHigh: 60,
    });
    second = await makeDatastream(ctx, { dataset: 'air', name: 'Pole, "north"' });
    await ctx.app.query(`update private.dataset set place = 'danbury'`);
    await ctx.owner.query(`update released.dataset set place = 'danbury'`);
    const reading = (datastreamId: string, phenomenonStart: string, result: unknown) => ({
      datastreamId,
      phenomenonStart,
      result,
    });
    await storeReadings(ctx, {
      repeats: 'allow',
      readings: [
        // 01:30 local, twice: before and after the clocks go back.
        reading(first.datastreamId, '2026-11-01T05:30:00Z', 10),
        reading(first.datastreamId, '2026-11-01T06:30:00.25Z', 20),
        reading(first.datastreamId, '2026-11-01T06:45:00Z', 999),
        reading(first.datastreamId, '2026-11-02T04:59:59Z', -3.5),
        reading(first.datastreamId, '2026-11-02T05:00:00Z', 7),
        {
          ...reading(second.datastreamId, '2026-11-01T12:00:00Z', '@SUM(1)'),
          phenomenonEnd: '2026-11-01T13:00:00Z',
        },
      ],
    });
    server = fastify({ forceCloseConnections: true });
    server.setErrorHandler((error, _request, reply) => {
      const status = isProblem(error) ? httpStatus[error.kind] : 500;
      return reply.code(status).send({ status, detail: (error as Error).message });
    });
    registerDownloads(server, ctx);
  });
  after(() => server.close());

  it('writes every reading of the dataset as CSV, sensor by sensor, in the order of time', async () => {
    const answer = await server.inject('/datasets/air/readings.csv');
    assert.equal(answer.statusCode, 200);
    assert.match(answer.headers['content-type'] as string, /^text\/csv; charset=utf-8/);
    assert.equal(answer.headers['content-disposition'], 'attachment; filename="air-raw.csv"');
    const rows = rowsOf(answer.body);
    assert.equal(rows.length, 6);
    assert.deepEqual(rows[0], {
      dataset: 'air',
      sensor: shortCode(first.thingId),
      sensor_name: `'=cmd|"x"!A1`,
      series: `'=cmd|"x"!A1`,
      measure: `'=cmd|"x"!A1`,
      unit: '°C',
      time_utc: '2026-11-01T05:30:00Z',
      time_end_utc: '',
      time_local: '2026-11-01 01:30:00-04',
      time_zone: 'America/New_York',
      result: '10',
      flag: '',
    });
    assert.equal(rows[1]?.time_utc, '2026-11-01T06:30:00.25Z');
    assert.equal(rows[1]?.time_local, '2026-11-01 01:30:00.25-05');
    assert.deepEqual([rows[2]?.result, rows[2]?.flag], ['999', 'implausible']);
    assert.equal(rows[3]?.result, '-3.5', 'a negative number is a number, not a formula');
    assert.equal(rows[5]?.result, "'@SUM(1)");
    assert.equal(rows[5]?.sensor_name, 'Pole, "north"');
    assert.equal(rows[5]?.time_end_utc, '2026-11-01T13:00:00Z');
  });

  it('takes local days of the city, 25 hours long when the clocks go back', async () => {
    const answer = await server.inject(
      '/datasets/air/readings.csv?from=2026-11-01&to=2026-11-01&flagged=leave-out',
    );
    assert.equal(
      answer.headers['content-disposition'],
      'attachment; filename="air-raw-2026-11-01-2026-11-01.csv"',
    );
    assert.deepEqual(
      rowsOf(answer.body).map((row) => row.time_utc),
      ['2026-11-01T05:30:00Z', '2026-11-01T06:30:00.25Z', '2026-11-02T04:59:59Z', '2026-11-01T12:00:00Z'],
    );
  });

  it('keeps the two hours apart that one local name has, and counts what it leaves out', async () => {
    const sensor = shortCode(first.thingId);
    const answer = await server.inject(
      `/datasets/air/readings.csv?sensor=${sensor}&resolution=hourly&flagged=leave-out&to=2026-11-01`,
    );
    assert.deepEqual(
      rowsOf(answer.body).map((row) => [row.start_utc, row.start_local, row.mean, row.count, row.flagged]),
      [
        ['2026-11-01T05:00:00Z', '2026-11-01 01:00:00-04', '10', '1', '0'],
        ['2026-11-01T06:00:00Z', '2026-11-01 01:00:00-05', '20', '1', '1'],
        ['2026-11-02T04:00:00Z', '2026-11-01 23:00:00-05', '-3.5', '1', '0'],
      ],
    );
    const daily = await server.inject(`/datasets/air/readings.csv?sensor=${sensor}&resolution=daily`);
    assert.deepEqual(
      rowsOf(daily.body).map((row) => [row.start_utc, row.mean, row.max, row.count, row.flagged]),
      [
        ['2026-11-01T04:00:00Z', '256.375', '999', '4', '1'],
        ['2026-11-02T05:00:00Z', '7', '7', '1', '0'],
      ],
    );
  });

  it('writes JSON that is one array, with results as they were given', async () => {
    const answer = await server.inject('/datasets/air/readings.json');
    const rows = answer.json() as Record<string, unknown>[];
    assert.equal(rows.length, 6);
    assert.equal(rows[0]?.sensor_name, '=cmd|"x"!A1', 'only spreadsheets need the apostrophe');
    assert.equal(rows[3]?.result, -3.5);
    assert.equal(rows[5]?.result, '@SUM(1)');
    const none = await server.inject('/datasets/air/readings.json?to=2020-01-01');
    assert.deepEqual(none.json(), []);
  });

  it('writes GeoJSON with the place of each reading', async () => {
    for (const resolution of ['raw', 'daily']) {
      const answer = await server.inject(`/datasets/air/readings.geojson?resolution=${resolution}`);
      assert.match(answer.headers['content-type'] as string, /^application\/geo\+json/);
      const collection = answer.json() as {
        type: string;
        features: { geometry: unknown; properties: object }[];
      };
      assert.equal(collection.type, 'FeatureCollection');
      assert.equal(collection.features.length, resolution === 'raw' ? 6 : 3);
      assert.deepEqual(collection.features[0]?.geometry, { type: 'Point', coordinates: [-73.45, 41.39] });
      assert.ok(collection.features[0] && !('geometry' in collection.features[0].properties));
    }
  });

  it('survives names that are no friends of JSON or CSV', async () => {
    const { ctx } = db;
    const name = 'a\\b "c", d\ne\tf\u0001g\u2028';
    const odd = await makeDatastream(ctx, { dataset: 'odd', name });
    await storeReadings(ctx, {
      repeats: 'allow',
      readings: [
        {
          datastreamId: odd.datastreamId,
          phenomenonStart: '2026-01-01T00:00:00Z',
          result: { deep: ['\\', '"', '\n'] },
        },
      ],
    });
    const json = (await server.inject('/datasets/odd/readings.json')).json() as Record<string, unknown>[];
    assert.equal(json[0]?.sensor_name, name);
    assert.deepEqual(json[0]?.result, { deep: ['\\', '"', '\n'] });
    const csv = rowsOf((await server.inject('/datasets/odd/readings.csv')).body);
    assert.equal(csv[0]?.sensor_name, name);
    assert.deepEqual(JSON.parse(csv[0]?.result ?? ''), { deep: ['\\', '"', '\n'] });
  });

  it('answers 304 until something changes', async () => {
    const { ctx } = db;
    const url = '/datasets/air/readings.csv?from=2026-01-01';
    const before = await server.inject(url);
    const etag = before.headers.etag as string;
    assert.match(etag, /^W\/"/);
    const again = await server.inject({ url, headers: { 'if-none-match': `"other", ${etag}` } });
    assert.equal(again.statusCode, 304);
    assert.equal(again.body, '');
    const geojson = await server.inject({
      url: url.replace('csv', 'geojson'),
      headers: { 'if-none-match': etag },
    });
    assert.equal(geojson.statusCode, 200, 'another format is another thing');
    await storeReadings(ctx, {
      repeats: 'allow',
      readings: [{ datastreamId: second.datastreamId, phenomenonStart: '2026-11-03T00:00:00Z', result: 1 }],
    });
    assert.equal((await server.inject({ url, headers: { 'if-none-match': etag } })).statusCode, 200);
    const renamed = await server.inject(url);
    await withTransaction(ctx.app, async (tx) => {
      await tx.query(`update private.thing set name = 'Renamed' where id = $1`, [second.thingId]);
      await projectEntities(tx, 'thing', [second.thingId]);
    });
    const after = await server.inject({ url, headers: { 'if-none-match': renamed.headers.etag as string } });
    assert.equal(after.statusCode, 200);
  });

  it('is new after a correction that changes nothing but a result', async () => {
    const { ctx } = db;
    const url = '/datasets/air/readings.csv?to=2026-11-01';
    const etag = (await server.inject(url)).headers.etag as string;
    const { rows } = await ctx.owner.query<{ id: string }>(
      'select id from released.observation where datastream_id = $1 order by id limit 1',
      [first.datastreamId],
    );
    const changes = { kind: 'observation' as const, values: { result: 11 }, links: {}, at: '' };
    await updateEntity(ctx, { id: rows[0]?.id ?? '', changes });
    const after = await server.inject({ url, headers: { 'if-none-match': etag } });
    assert.equal(after.statusCode, 200);
    assert.equal(rowsOf(after.body)[0]?.result, '11');
  });

  it('answers HEAD without reading', async () => {
    const answer = await server.inject({ method: 'HEAD', url: '/datasets/air/readings.csv' });
    assert.equal(answer.statusCode, 200);
    assert.ok(answer.headers.etag);
    assert.equal(answer.body, '');
  });

  it('names the parameter that is wrong', async () => {
    const wrong = {
      'resolution=weekly': /“resolution=weekly”/,
      'sensor=ZZZZ': /“sensor=ZZZZ”: this dataset has no such sensor/,
      'measure=99999': /“measure=99999”: this dataset does not measure that\. It has \d+ \(/,
      'sensors=1': /no parameter “sensors”/,
      "from=2026-01-01'": /“from=2026-01-01'”/,
    };
    for (const [query, message] of Object.entries(wrong)) {
      const answer = await server.inject(`/datasets/air/readings.csv?${query}`);
      assert.equal(answer.statusCode, 400, query);
      assert.match((answer.json() as { detail: string }).detail, message);
    }
  });

  it('says the same of a restricted, a listed and an unknown dataset', async () => {
    const { ctx } = db;
    await makeDatastream(ctx, { dataset: 'closed', access: 'restricted' });
    await makeDatastream(ctx, { dataset: 'listed', access: 'restricted', listed: true });
    const said = new Set<string>();
    for (const slug of ['closed', 'listed', 'nothing']) {
      const answer = await server.inject(`/datasets/${slug}/readings.csv`);
      assert.equal(answer.statusCode, 404);
      said.add(answer.body.replaceAll(slug, '…'));
    }
    assert.equal(said.size, 1);
  });

  it('stops at once when a dataset is restricted', async () => {
    const { ctx } = db;
    const made = await makeDatastream(ctx, { dataset: 'once-open' });
    await storeReadings(ctx, {
      repeats: 'allow',
      readings: [{ datastreamId: made.datastreamId, phenomenonStart: '2026-01-01T00:00:00Z', result: 1 }],
    });
    assert.equal((await server.inject('/datasets/once-open/readings.csv')).statusCode, 200);
    await setAccess(ctx, { dataset: 'once-open', access: 'restricted' });
    assert.equal((await server.inject('/datasets/once-open/readings.csv')).statusCode, 404);
  });

  it('ends the query when its reader leaves, and gives the connection and the turn back', async () => {
    const { ctx } = db;
    const big = await makeDatastream(ctx, { dataset: 'big' });
    await ctx.owner.query(
      `insert into released.observation (datastream_id, id, phenomenon_start, result_number)
       select $1, nextval('private.observation_id'), '2020-01-01'::timestamptz + n * interval '1 minute', n
       from generate_series(1, 400000) n`,
      [big.datastreamId],
    );
    await ctx.owner.query(
      `insert into released.datastream_extent (datastream_id, readings, phenomenon_from, phenomenon_to)
       select datastream_id, count(*), min(phenomenon_start), max(phenomenon_start) from released.observation
       where datastream_id = $1 group by 1`,
      [big.datastreamId],
    );
    await server.listen({ port: 0, host: '127.0.0.1' });
    const { port } = server.server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/datasets/big/readings.csv`;
    // Three at once is what half of this pool's six connections allows.
    for (let round = 0; round < 4; round++) {
      const answers = await Promise.all(
        [1, 2, 3].map(async () => {
          const request = get(url);
          const [response] = await once(request, 'response');
          assert.equal(response.statusCode, 200);
          await once(response, 'readable');
          return request;
        }),
      );
      const fourth = get(url);
      const [refused] = await once(fourth, 'response');
      assert.equal(refused.statusCode, 503);
      refused.resume();
      for (const request of answers) request.destroy();
      await until(async () => {
        const { rows } = await ctx.owner.query<{ running: number }>(
          `select count(*)::int as running from pg_stat_activity
           where datname = current_database() and usename = 'charter_public' and state <> 'idle'`,
        );
        return rows[0]?.running === 0 && ctx.public.waitingCount === 0;
      });
    }
    const whole = await fetch(url).then((response) => response.text());
    assert.equal(whole.split('\n').length, 400_002);
  });
});

async function until(check: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await check()) return;
    await sleep(50);
  }
  assert.fail('it did not come about within five seconds');
}
