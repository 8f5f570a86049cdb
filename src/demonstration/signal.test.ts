import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { momentAt } from './moment.ts';
import { type PlannedStream, planRegion } from './plan-region.ts';
import { readSeeds } from './seeds.ts';
import { type Measure, valueAt } from './signal.ts';

const minute = 60_000;
const hour = 3_600_000;
const day = 24 * hour;
let streams: PlannedStream[] = [];

before(async () => {
  streams = planRegion(await readSeeds()).streams;
});

const of = (measure: Measure) => streams.filter((stream) => stream.measure === measure);
const read = (stream: PlannedStream, ms: number) =>
  valueAt(stream.measure, stream.site, momentAt(ms, stream.zone));

/** Mean of the plausible readings of these streams, every quarter of an hour of the local hours given, over some days. */
function mean(
  of: readonly PlannedStream[],
  from: string,
  days: number,
  hours: [number, number],
  weekdays?: number[],
): number {
  let sum = 0;
  let count = 0;
  for (const stream of of) {
    for (let ms = Date.parse(from); ms < Date.parse(from) + days * day; ms += 15 * minute) {
      const moment = momentAt(ms, stream.zone);
      if (moment.hour < hours[0] || moment.hour >= hours[1]) continue;
      if (weekdays && !weekdays.includes(moment.weekday)) continue;
      const value = valueAt(stream.measure, stream.site, moment);
      if (!value?.plausible) continue;
      sum += Number(value.result);
      count++;
    }
  }
  assert.ok(count > 0);
  return sum / count;
}

const workdays = [1, 2, 3, 4, 5];
const autumn = '2026-10-05T04:00:00Z';

test('traffic: the rush hour is far busier and slower than the night', () => {
  const flows = of('vehicle-flow').slice(0, 12);
  const rush = mean(flows, autumn, 14, [16.5, 18], workdays);
  assert.ok(rush > 6 * mean(flows, autumn, 14, [2, 4], workdays));
  assert.ok(mean(flows, autumn, 14, [7.5, 8.5], workdays) > mean(flows, autumn, 14, [10, 11], workdays));
  const speeds = of('mean-speed').slice(0, 12);
  assert.ok(mean(speeds, autumn, 14, [16.5, 18], workdays) < mean(speeds, autumn, 14, [2, 4], workdays) - 5);
});

test('traffic: the weekend is quieter than the week', () => {
  const flows = of('vehicle-flow').slice(0, 12);
  assert.ok(mean(flows, autumn, 14, [0, 24], [0, 6]) < 0.85 * mean(flows, autumn, 14, [0, 24], workdays));
});

test('traffic near a school: pupils show in October and not in July', () => {
  const schools = of('vehicle-flow').filter((stream) => stream.site.nearSchool);
  assert.ok(schools.length >= 5);
  const bump = (from: string) =>
    mean(schools, from, 14, [14.9, 15.4], workdays) / mean(schools, from, 14, [13.4, 13.9], workdays);
  assert.ok(bump(autumn) > bump('2026-07-06T04:00:00Z') * 1.2);
});

test('parking: taken and free make up the whole garage, and commuters leave it at night', () => {
  for (const taken of of('spaces-occupied')) {
    const free = of('spaces-free').find((stream) => stream.site === taken.site);
    if (!free) continue;
    for (let ms = Date.parse(autumn); ms < Date.parse(autumn) + 3 * day; ms += 17 * minute) {
      const there = read(taken, ms);
      const left = read(free, ms);
      if (there?.plausible && left?.plausible)
        assert.equal(Number(there.result) + Number(left.result), taken.site.spaces);
    }
  }
  const commuter = of('spaces-occupied').filter((stream) => stream.site.rhythm === 'commuter');
  assert.ok(mean(commuter, autumn, 7, [10, 15], workdays) > 4 * mean(commuter, autumn, 7, [1, 5], workdays));
});

test('weather: July is warmer than January, the afternoon than the night, and ozone follows', () => {
  const air = of('air-temperature').slice(0, 2);
  const july = mean(air, '2026-07-01T04:00:00Z', 28, [0, 24]);
  const january = mean(air, '2026-01-01T05:00:00Z', 28, [0, 24]);
  assert.ok(july > 62 && july < 82, String(july));
  assert.ok(january > 18 && january < 38, String(january));
  assert.ok(
    mean(air, '2026-07-01T04:00:00Z', 28, [14, 17]) > mean(air, '2026-07-01T04:00:00Z', 28, [3, 6]) + 8,
  );
  const ozone = of('ozone').slice(0, 2);
  assert.ok(
    mean(ozone, '2026-07-01T04:00:00Z', 14, [13, 17]) > mean(ozone, '2026-01-01T05:00:00Z', 14, [13, 17]) + 8,
  );
});

test('street lights: on at night, off by day, in December longer than in June', () => {
  const lamps = of('lamp-power').slice(0, 20);
  assert.ok(mean(lamps, autumn, 7, [21, 24]) > 30);
  assert.ok(mean(lamps, autumn, 7, [10, 15]) < 1);
  assert.ok(mean(lamps, '2026-12-10T05:00:00Z', 3, [17, 18]) > 30);
  assert.ok(mean(lamps, '2026-06-10T04:00:00Z', 3, [17, 18]) < 1);
});

test('neighbors move together: fine particles at two stations of one city', () => {
  const [one, other] = of('pm25');
  assert.ok(one && other && one.site.area === other.site.area);
  const pairs: [number, number][] = [];
  for (let ms = Date.parse(autumn); ms < Date.parse(autumn) + 40 * day; ms += hour) {
    const [x, y] = [read(one, ms), read(other, ms)];
    if (x?.plausible && y?.plausible) pairs.push([Number(x.result), Number(y.result)]);
  }
  assert.ok(correlation(pairs) > 0.8, String(correlation(pairs)));
});

function correlation(pairs: readonly [number, number][]): number {
  const average = (index: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[index], 0) / pairs.length;
  const [x, y] = [average(0), average(1)];
  let [xy, xx, yy] = [0, 0, 0];
  for (const [a, b] of pairs) {
    xy += (a - x) * (b - y);
    xx += (a - x) ** 2;
    yy += (b - y) ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}

test('law: any sensor at any time is silent, plausible and in range, or flagged; and the same when asked again', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: Date.UTC(2024), max: Date.UTC(2032) }), (index, ms) => {
      const stream = streams[index % streams.length] as PlannedStream;
      const value = read(stream, ms);
      assert.deepEqual(read(stream, ms), value);
      if (!value?.plausible || typeof value.result === 'boolean') return;
      assert.ok(Number.isFinite(value.result) && !Object.is(value.result, -0));
      assert.ok(value.result >= (stream.plausibleLow ?? -Infinity), `${stream.key} ${value.result}`);
      assert.ok(value.result <= (stream.plausibleHigh ?? Infinity), `${stream.key} ${value.result}`);
    }),
    { numRuns: 20_000 },
  );
});

test('over a season there are outages, stuck values and nonsense, and few of each', () => {
  let [silent, stuck, nonsense, all] = [0, 0, 0, 0];
  for (const stream of streams) {
    if (stream.measure.startsWith('camera')) continue;
    for (
      let ms = Date.parse('2026-08-01T00:00:00Z');
      ms < Date.parse('2026-10-30T00:00:00Z');
      ms += 2 * hour
    ) {
      const value = read(stream, ms);
      all++;
      if (!value) silent++;
      else if (!value.plausible) {
        const inside =
          Number(value.result) >= (stream.plausibleLow ?? -Infinity) &&
          Number(value.result) <= (stream.plausibleHigh ?? Infinity);
        if (inside) stuck++;
        else nonsense++;
      }
    }
  }
  for (const [name, count] of Object.entries({ silent, stuck, nonsense })) {
    assert.ok(count > 20, `${name}: ${count} of ${all}`);
    assert.ok(count < 0.03 * all, `${name}: ${count} of ${all}`);
  }
});

test('goes on smoothly from minute to minute: history and live are one curve', () => {
  const [air] = of('air-temperature');
  assert.ok(air);
  let last: number | undefined;
  for (let ms = Date.parse(autumn); ms < Date.parse(autumn) + 3 * day; ms += minute) {
    const value = read(air, ms);
    if (!value?.plausible) {
      last = undefined;
      continue;
    }
    if (last !== undefined)
      assert.ok(Math.abs(Number(value.result) - last) < 1, `at ${new Date(ms).toISOString()}`);
    last = Number(value.result);
  }
});
