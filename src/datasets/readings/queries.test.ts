import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { testDatabase } from '../../../test/support/context.ts';
import { type Made, makeDatastream } from '../../../test/support/make.ts';
import { storeReadings } from '../../observations/index.ts';
import { readSite } from '../../places/index.ts';
import { setAccess } from '../../release/index.ts';
import { readSensor } from '../read-sensor.ts';
import { type Choice, exploreDefaults } from './choice.ts';
import {
  chooseDatastreams,
  type DatasetDatastream,
  extentOf,
  findOpenDataset,
  firstPosition,
  type OpenDataset,
  readDatastreams,
  readSensorsOnMap,
} from './datastreams.ts';
import { resolvePeriod } from './period.ts';
import { readExploration } from './read-exploration.ts';
import { readSeries } from './read-series.ts';
import { readTable, type TableRow } from './read-table.ts';

const db = testDatabase({ now: '2026-11-03T12:00:00Z' });

describe('queries on the readings of a dataset', () => {
  let one: Made;
  let two: Made;
  let dataset: OpenDataset;
  let all: DatasetDatastream[];
  const choice = (more: Partial<Choice> = {}): Choice => ({
    sensors: [],
    measures: [],
    ...exploreDefaults,
    ...more,
  });

  before(async () => {
    const { ctx } = db;
    await ctx.app.query(`insert into released.place (slug, kind, name, state, time_zone, longitude, latitude)
      values ('danbury', 'city', 'Danbury', 'CT', 'America/New_York', -73.45, 41.39)`);
    one = await makeDatastream(ctx, { dataset: 'air', name: 'One', plausibleLow: 0, plausibleHigh: 100 });
    two = await makeDatastream(ctx, { dataset: 'air', name: 'Two' });
    await ctx.owner.query(`update released.dataset set place = 'danbury'`);
    // Every quarter of an hour over the day on which the clocks go back, 25 hours long.
    const quarters = Array.from({ length: 100 }, (_, n) => ({
      datastreamId: one.datastreamId,
      phenomenonStart: new Date(Date.parse('2026-11-01T04:00:00Z') + n * 900_000).toISOString(),
      result: n === 50 ? 1000 : n,
    }));
    const texts = [1, 2, 3].map((n) => ({
      datastreamId: two.datastreamId,
      phenomenonStart: `2026-11-02T0${n}:00:00Z`,
      result: n === 3 ? 'open' : n,
    }));
    await storeReadings(ctx, { readings: [...quarters, ...texts], repeats: 'allow' });
    dataset = await findOpenDataset(ctx.public, 'air');
    all = await readDatastreams(ctx.public, dataset.id);
  });

  const series = (wanted: Choice) => {
    const chosen = chooseDatastreams(all, wanted);
    const span = resolvePeriod(wanted.period, dataset.zone, db.ctx.clock.now(), extentOf(chosen));
    return readSeries(db.ctx, dataset, chosen, wanted, span, extentOf(chosen));
  };

  it('aggregates by hours and days of the city, 25 hours on the day the clocks go back', async () => {
    const hourly = await series(choice({ period: { from: '2026-11-01', to: '2026-11-01' } }));
    assert.equal(hourly.grain, 'hourly');
    const [first] = hourly.series;
    assert.equal(first?.time.length, 25);
    assert.deepEqual(first?.mean.slice(0, 3), [1.5, 5.5, 9.5]);
    assert.equal(first?.time[0], Date.parse('2026-11-01T04:00:00Z') / 1000);
    const daily = await series(choice({ resolution: 'daily', period: { preset: 'all' } }));
    assert.deepEqual(daily.series[0]?.count, [99]);
    assert.deepEqual(daily.series[0]?.time, [Date.parse('2026-11-01T04:00:00Z') / 1000]);
  });

  it('leaves out what is implausible and says how many, or takes it in when asked', async () => {
    const without = await series(choice());
    assert.equal(without.leftOut, 1);
    assert.equal(Math.max(...(without.series[0]?.max ?? [])), 99);
    const within = await series(choice({ flagged: 'include' }));
    assert.equal(within.leftOut, 0);
    assert.equal(Math.max(...(within.series[0]?.max ?? [])), 1000);
    const raw = await series(choice({ resolution: 'raw' }));
    assert.equal(raw.leftOut, 1);
    assert.equal(raw.series[0]?.time.length, 99);
  });

  it('counts results that are no numbers instead of drawing them', async () => {
    for (const resolution of ['raw', 'hourly'] as const) {
      const answer = await series(choice({ resolution }));
      assert.equal(answer.notNumbers, 1);
      assert.deepEqual(answer.series[1]?.mean, [1, 2]);
    }
  });

  it('draws coarser than asked rather than cutting off, and says so', async () => {
    const { ctx } = db;
    const many = await makeDatastream(ctx, { dataset: 'many' });
    await ctx.owner.query(
      `insert into released.observation (datastream_id, id, phenomenon_start, result_number)
       select $1, nextval('private.observation_id'), '2026-01-01'::timestamptz + n * interval '1 minute', 1
       from generate_series(0, 5000) n`,
      [many.datastreamId],
    );
    await ctx.owner.query(
      `insert into released.datastream_extent (datastream_id, readings, phenomenon_from, phenomenon_to)
       select $1, count(*), min(phenomenon_start), max(phenomenon_start) from released.observation
       where datastream_id = $1`,
      [many.datastreamId],
    );
    const set = await findOpenDataset(ctx.public, 'many');
    const streams = await readDatastreams(ctx.public, set.id);
    const raw = choice({ resolution: 'raw', period: { preset: 'all' } });
    const answer = await readSeries(ctx, set, streams, raw, {}, extentOf(streams));
    assert.deepEqual([answer.grain, answer.coarserThanAsked], ['hourly', true]);
    assert.equal(
      answer.series[0]?.count.reduce((sum, each) => sum + each, 0),
      5001,
    );
    const years = [
      { ...(streams[0] as DatasetDatastream), from: '2000-01-01T00:00:00Z', to: '2026-01-04T00:00:00Z' },
    ];
    const daily = await readSeries(ctx, set, years, choice({ resolution: 'hourly' }), {}, extentOf(years));
    assert.deepEqual([daily.grain, daily.coarserThanAsked], ['monthly', true]);
    const huge = years.map((each) => ({ ...each, readings: 1e9 }));
    assert.equal((await readSeries(ctx, set, huge, choice(), {}, extentOf(huge))).tooMuch, true);
  });

  it('pages through a table without repeating or skipping, while readings come in', async () => {
    const seen: TableRow[] = [];
    let after: string | undefined;
    for (let page = 0; page < 10; page++) {
      const answer = await readTable(db.ctx, dataset, all, choice({ flagged: 'include' }), {}, after);
      seen.push(...answer.rows);
      after = answer.next ?? undefined;
      if (!after) break;
      await storeReadings(db.ctx, {
        repeats: 'allow',
        readings: [{ datastreamId: two.datastreamId, phenomenonStart: '2026-11-03T00:00:00Z', result: page }],
      });
    }
    assert.equal(seen.length, 103);
    assert.equal(new Set(seen.map((row) => row.id)).size, 103);
    const times = seen.map((row) => Date.parse(row.time));
    assert.deepEqual(
      times,
      [...times].sort((a, b) => b - a),
    );
    assert.equal(seen.filter((row) => row.flagged).length, 1);
    assert.ok(seen.some((row) => row.result === 'open'));
  });

  it('refuses a cursor of another making', async () => {
    for (const after of ['', 'x', '1.2', "1'.2.3", '999999999999999999.1.1']) {
      await assert.rejects(readTable(db.ctx, dataset, all, choice(), {}, after), /“after” is wrong/);
    }
  });

  it('shows sensors with place, newest reading and whether it is fresh', async () => {
    const now = await readDatastreams(db.ctx.public, dataset.id);
    const sensors = await readSensorsOnMap(db.ctx, dataset, now);
    assert.deepEqual(
      sensors.map((sensor) => [sensor.name, sensor.at, sensor.fresh]),
      [
        ['One', [-73.45, 41.39], false],
        ['Two', [-73.45, 41.39], true],
      ],
    );
    assert.equal(sensors[0]?.last[0]?.result, '99');
  });

  it('tells times of a dataset without a place in the zone of the installation', async () => {
    const { ctx } = db;
    await makeDatastream(ctx, { dataset: 'placeless' });
    const zone = async () => (await findOpenDataset(ctx.public, 'placeless')).zone;
    const site = await readSite(ctx);
    assert.deepEqual([await zone(), site.place?.timeZone], ['America/New_York', 'America/New_York']);
    // Where two places stand side by side, neither speaks for the other.
    await ctx.app.query(`insert into released.place (slug, kind, name, state, time_zone, longitude, latitude)
      values ('beside', 'city', 'Beside', 'IL', 'America/Chicago', -87, 41)`);
    assert.deepEqual([await zone(), (await readSite(ctx)).place], ['UTC', null]);
    await ctx.owner.query(`delete from released.place where slug = 'beside'`);
  });

  it('names the sensor or the measure that a dataset does not have', () => {
    assert.throws(() => chooseDatastreams(all, { sensors: ['ZZ'], measures: [] }), /“sensor=ZZ”/);
    assert.throws(() => chooseDatastreams(all, { sensors: [], measures: ['999'] }), /It has \d+ \(One\)/);
  });

  it('shows nothing of a dataset from the moment it is restricted', async () => {
    const { ctx } = db;
    const made = await makeDatastream(ctx, { dataset: 'shut' });
    const reading = { datastreamId: made.datastreamId, phenomenonStart: '2026-11-03T00:00:00Z', result: 1 };
    await storeReadings(ctx, { repeats: 'allow', readings: [reading] });
    const shut = await findOpenDataset(ctx.public, 'shut');
    const streams = await readDatastreams(ctx.public, shut.id);
    await setAccess(ctx, { dataset: 'shut', access: 'restricted' });
    await assert.rejects(findOpenDataset(ctx.public, 'shut'), /no open dataset/);
    const wanted = choice({ resolution: 'raw' });
    assert.deepEqual((await readSeries(ctx, shut, streams, wanted, {}, extentOf(streams))).series, []);
    assert.deepEqual((await readTable(ctx, shut, streams, wanted, {}, undefined)).rows, []);
  });

  it('draws the smallest and the greatest readings there are', async () => {
    const { ctx } = db;
    const made = await makeDatastream(ctx, { dataset: 'extremes' });
    const results = [1e-100, 3e-100, 1e38, -1e38, 5e-324];
    const readings = results.map((result, n) => ({
      datastreamId: made.datastreamId,
      phenomenonStart: `2026-11-0${n + 1}T00:00:00Z`,
      result,
    }));
    await storeReadings(ctx, { repeats: 'allow', readings });
    const set = await findOpenDataset(ctx.public, 'extremes');
    const streams = await readDatastreams(ctx.public, set.id);
    for (const resolution of ['raw', 'hourly', 'daily'] as const) {
      const answer = await readSeries(ctx, set, streams, choice({ resolution }), {}, extentOf(streams));
      assert.deepEqual(answer.series[0]?.mean, results, resolution);
    }
  });

  it('shows the latest readings that have come, whatever one dated 9999 says', async () => {
    const { ctx } = db;
    const dated = async (dataset: string, times: string[]) => {
      const { datastreamId } = await makeDatastream(ctx, { dataset });
      const readings = times.map((phenomenonStart) => ({ datastreamId, phenomenonStart, result: 1 }));
      await storeReadings(ctx, { repeats: 'allow', readings });
    };
    const absurd = '9999-12-31T23:59:59Z';
    await dated('absurd', ['2020-05-01T12:00:00Z', '2020-05-02T12:00:00Z', absurd]);
    await dated('only-absurd', [absurd]);
    for (const query of [
      '',
      'period=latest',
      'to=9999-12-30',
      'period=all',
      'from=2020-05-01&resolution=raw',
    ]) {
      const shown = await readExploration(ctx, 'absurd', new URLSearchParams(query));
      assert.ok((shown.lines[0]?.summary.count ?? 0) >= 2, query);
      assert.equal(shown.sensors[0]?.fresh, false);
      const only = await readExploration(ctx, 'only-absurd', new URLSearchParams(query));
      assert.equal(only.lines[0]?.summary.count, 1, query);
    }
    const { dates } = await readExploration(ctx, 'absurd', new URLSearchParams());
    assert.deepEqual(dates, { from: '2020-04-26', to: '2020-05-02' });
  });

  it('tells apart what one sensor measures twice, and leaves out the unit of a mere number', async () => {
    const { ctx } = db;
    const made = await makeDatastream(ctx, { dataset: 'bridge', name: 'Bridge' });
    const { rows } = await ctx.owner.query<{ id: string }>(
      `insert into released.datastream select (jsonb_populate_record(d, jsonb_build_object('id', d.id + 1000000,
         'name', 'East side', 'unit_of_measurement', '{"name": "dimensionless", "symbol": "1"}'::jsonb))).*
       from released.datastream d where id = $1 returning id`,
      [made.datastreamId],
    );
    const ids = [made.datastreamId, rows[0]?.id ?? ''];
    await ctx.owner.query(
      `insert into released.observation (datastream_id, id, phenomenon_start, result_number)
       select d, nextval('private.observation_id'), '2026-11-02', 1 from unnest($1::bigint[]) d`,
      [ids],
    );
    await ctx.owner.query(
      `insert into released.datastream_extent (datastream_id, readings, phenomenon_from, phenomenon_to, arrived_at)
       select d, 1, '2026-11-02', '2026-11-02', '2026-11-02' from unnest($1::bigint[]) d
       on conflict (datastream_id) do update set readings = 1, phenomenon_from = '2026-11-02',
         phenomenon_to = '2026-11-02', arrived_at = '2026-11-02'`,
      [ids],
    );
    const told = [
      ['Bridge', '°C'],
      ['East side', ''],
    ];
    const query = new URLSearchParams('resolution=raw');
    const { lines, table } = await readExploration(ctx, 'bridge', query);
    for (const rows of [lines, table.rows.toReversed()]) {
      assert.deepEqual(
        rows.map((line) => [line.seriesName, line.unit]),
        told,
      );
    }
    const sensor = await readSensor(ctx, { id: made.thingId });
    assert.deepEqual(
      sensor.streams.map((stream) => [stream.measures, stream.unit ?? '']),
      told.map(([name, unit]) => [`Bridge: ${name}`, unit]),
    );
  });

  it('finds a place for a marker in any GeoJSON', () => {
    assert.deepEqual(
      firstPosition({ type: 'Feature', geometry: { type: 'Point', coordinates: [1, 2, 3] } }),
      [1, 2],
    );
    assert.deepEqual(
      firstPosition({
        type: 'Polygon',
        coordinates: [
          [
            [5, 6],
            [7, 8],
          ],
        ],
      }),
      [5, 6],
    );
    for (const wrong of [
      null,
      'x',
      {},
      { coordinates: [] },
      { coordinates: ['a', 1] },
      { coordinates: [200, 1] },
    ]) {
      assert.equal(firstPosition(wrong), undefined);
    }
  });
});
