import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import fastify, { type FastifyInstance } from 'fastify';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { testDatabase } from '../../../test/support/context.ts';
import { type Made, makeDatastream } from '../../../test/support/make.ts';
import { httpStatus, isProblem } from '../../kit/problem.ts';
import { storeReadings } from '../../observations/index.ts';
import { rowGroupSize } from '../files/parquet.ts';
import { registerDownloads } from './http.ts';

const db = testDatabase();
let server: FastifyInstance;
let air: Made;
let words: Made;
type Row = Record<string, unknown>;

/** As hyparquet reads it. */
async function rowsOf(payload: Buffer): Promise<Row[]> {
  const file = payload.buffer.slice(payload.byteOffset, payload.byteOffset + payload.length) as ArrayBuffer;
  return parquetReadObjects({ file, compressors });
}

describe('downloads in other formats', () => {
  before(async () => {
    const { ctx } = db;
    air = await makeDatastream(ctx, { dataset: 'air', name: 'North', plausibleHigh: 60 });
    words = await makeDatastream(ctx, { dataset: 'air', name: 'Größe "x"' });
    const reading = (datastreamId: string, phenomenonStart: string, result: unknown) => ({
      datastreamId,
      phenomenonStart,
      result,
    });
    await storeReadings(ctx, {
      repeats: 'allow',
      readings: [
        reading(air.datastreamId, '2026-11-01T05:30:00.123456Z', -3.5),
        reading(air.datastreamId, '2026-11-01T06:30:00Z', 999),
        { ...reading(air.datastreamId, '2026-11-01T07:30:00Z', 0), phenomenonEnd: '2026-11-01T08:30:00Z' },
        reading(words.datastreamId, '2026-11-01T05:45:00Z', '=cmd, "ü"'),
        reading(words.datastreamId, '2026-11-01T06:45:00Z', { deep: [1, null] }),
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

  it('writes JSON Lines: an object on each line', async () => {
    const answer = await server.inject('/datasets/air/readings.jsonl');
    assert.match(answer.headers['content-type'] as string, /^application\/jsonl/);
    const lines = answer.body.trimEnd().split('\n');
    assert.equal(lines.length, 5);
    const rows = lines.map((line) => JSON.parse(line) as Row);
    assert.deepEqual(
      rows.map(({ result }) => result),
      [{ deep: [1, null] }, '=cmd, "ü"', -3.5, 999, 0].sort((a, b) => order(a) - order(b)),
    );
    assert.equal((await server.inject('/datasets/air/readings.jsonl?to=2020-01-01')).body, '');
    const json = (await server.inject('/datasets/air/readings.json')).json();
    assert.deepEqual(rows, json, 'the same rows as in JSON');
  });

  it('writes Parquet with typed columns that hyparquet reads', async () => {
    const answer = await server.inject('/datasets/air/readings.parquet');
    assert.equal(answer.headers['content-type'], 'application/vnd.apache.parquet');
    assert.equal(answer.headers['content-disposition'], 'attachment; filename="air-raw.parquet"');
    const rows = await rowsOf(answer.rawPayload);
    assert.equal(rows.length, 5);
    const flagged = rows.find((row) => row.result === 999) as Row;
    assert.equal(flagged.flag, 'implausible');
    assert.equal(flagged.unit, '°C');
    assert.equal(flagged.result_text, null);
    assert.deepEqual(flagged.time_utc, new Date('2026-11-01T06:30:00Z'));
    const text = rows.find((row) => row.result_text === '=cmd, "ü"') as Row;
    assert.equal(text.result, null);
    assert.equal(text.sensor_name, 'Größe "x"');
    assert.ok(rows.some((row) => row.result_text === '{"deep": [1, null]}'));
    const none = await rowsOf(
      (await server.inject('/datasets/air/readings.parquet?to=2020-01-01')).rawPayload,
    );
    assert.deepEqual(none, []);
  });

  it('writes Parquet that DuckDB reads to the microsecond, hours and days too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parquet-'));
    try {
      const query = async (address: string, sql: string) => {
        const answer = await server.inject(address);
        assert.equal(answer.statusCode, 200);
        const file = join(folder, 'x.parquet');
        await writeFile(file, answer.rawPayload);
        const connection = await (await DuckDBInstance.create(':memory:')).connect();
        return (await connection.runAndReadAll(sql.replace('FILE', `'${file}'`))).getRowsJson();
      };
      const [raw] = await query(
        '/datasets/air/readings.parquet',
        `select count(*), epoch_us(min(time_utc)), sum(result), count(result), count(result_text), count(time_end_utc),
           count(flag), any_value(typeof(time_utc)), any_value(typeof(result)) from FILE`,
      );
      assert.deepEqual(raw, [
        '5',
        String(Date.parse('2026-11-01T05:30:00Z') * 1000 + 123_456),
        995.5,
        '3',
        '2',
        '1',
        '1',
        'TIMESTAMP WITH TIME ZONE',
        'DOUBLE',
      ]);
      const days = await query(
        '/datasets/air/readings.parquet?resolution=daily&flagged=leave-out',
        "select mean, min, max, count, flagged from FILE where sensor_name = 'North'",
      );
      assert.deepEqual(days, [[-1.75, -3.5, 0, '2', '1']]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('writes SensorThings JSON: every Datastream with what it hangs on and its Observations', async () => {
    const answer = await server.inject('/datasets/air/sensorthings.json');
    assert.equal(answer.statusCode, 200);
    const { value } = answer.json() as { value: Row[] };
    assert.equal(value.length, 2);
    const north = value.find(({ name }) => name === 'North') as {
      Thing: { name: string; Locations: { location: unknown }[] };
      Sensor: Row;
      ObservedProperty: Row;
      unitOfMeasurement: Row;
      Observations: Row[];
    };
    assert.equal(north.Thing.name, 'North');
    assert.deepEqual(north.Thing.Locations[0]?.location, { type: 'Point', coordinates: [-73.45, 41.39] });
    assert.equal(north.ObservedProperty.definition, 'https://example.org/temperature');
    assert.equal(north.unitOfMeasurement.symbol, '°C');
    assert.deepEqual(
      north.Observations.map(({ result }) => result),
      [-3.5, 999, 0],
    );
    assert.equal(north.Observations[2]?.phenomenonTime, '2026-11-01T07:30:00Z/2026-11-01T08:30:00Z');
    assert.deepEqual(north.Observations[1]?.resultQuality, { plausible: false });
    assert.equal((await server.inject('/datasets/air/sensorthings.json?resolution=daily')).statusCode, 400);
    const none = await server.inject('/datasets/air/sensorthings.json?to=2020-01-01');
    assert.deepEqual(
      (none.json() as { value: { Observations: unknown[] }[] }).value.map((each) => each.Observations),
      [[], []],
    );
  });

  it('writes many row groups, whole and in order, with bounds in each', async () => {
    const { ctx } = db;
    const big = await makeDatastream(ctx, { dataset: 'big' });
    const rows = rowGroupSize * 2 + 7;
    await ctx.owner.query(
      `insert into released.observation (datastream_id, id, phenomenon_start, result_number, result_json, result_quality)
       select $1, nextval('private.observation_id'), '2020-01-01'::timestamptz + n * interval '1 minute',
         case when n % 5 <> 0 then n end, case when n % 5 = 0 then to_jsonb('text ' || n) end,
         case when n % 3 = 0 then '{"plausible": false}'::jsonb end
       from generate_series(1, $2::int) n`,
      [big.datastreamId, rows],
    );
    await ctx.owner.query(
      `insert into released.datastream_extent (datastream_id, readings, phenomenon_from, phenomenon_to)
       select datastream_id, count(*), min(phenomenon_start), max(phenomenon_start) from released.observation
       where datastream_id = $1 group by 1`,
      [big.datastreamId],
    );
    const { rawPayload } = await server.inject('/datasets/big/readings.parquet');
    const file = rawPayload.buffer.slice(
      rawPayload.byteOffset,
      rawPayload.byteOffset + rawPayload.length,
    ) as ArrayBuffer;
    const metadata = parquetMetadata(file);
    assert.deepEqual(
      metadata.row_groups.map((group) => Number(group.num_rows)),
      [rowGroupSize, rowGroupSize, 7],
    );
    const time = metadata.row_groups[1]?.columns.find(
      ({ meta_data }) => meta_data?.path_in_schema[0] === 'time_utc',
    );
    assert.ok(time?.meta_data?.statistics?.min_value, 'readers can skip what they do not want');
    const read = (await parquetReadObjects({ file, compressors })) as {
      result: number | null;
      result_text: string;
      flag: string;
    }[];
    assert.equal(read.length, rows);
    for (const [index, row] of read.entries()) {
      const n = index + 1;
      assert.equal(row.result, n % 5 === 0 ? null : n);
      assert.equal(row.result_text, n % 5 === 0 ? `text ${n}` : null);
      assert.equal(row.flag, n % 3 === 0 ? 'implausible' : null);
    }
  });

  it('answers 304 and HEAD in every format', async () => {
    for (const path of ['readings.jsonl', 'readings.parquet', 'sensorthings.json']) {
      const url = `/datasets/air/${path}`;
      const { etag } = (await server.inject({ method: 'HEAD', url })).headers;
      assert.equal(
        (await server.inject({ url, headers: { 'if-none-match': etag as string } })).statusCode,
        304,
        path,
      );
    }
  });
});

/** Sensors come by name: Größe before North. */
const order = (result: unknown) =>
  typeof result === 'string'
    ? 0
    : typeof result === 'object'
      ? 1
      : [-3.5, 999, 0].indexOf(result as number) + 2;
