import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { gapsIn, pathsOf, runsOf, scaleOf, summaryOf, thin, withGaps } from './chart-geometry.ts';
import { valueLabel } from './tick-label.ts';

const hour = 3600;
const series = (time: number[]) => ({ time, mean: time.map((each) => each / hour) });

describe('the lines of a chart', () => {
  it('breaks where an hour is missing', () => {
    const runs = runsOf(series([0, hour, 2 * hour, 4 * hour, 5 * hour]), 'hourly');
    assert.deepEqual(
      runs.map((run) => run.map((point) => point.value)),
      [
        [0, 1, 2],
        [4, 5],
      ],
    );
  });

  it('does not break at the 25-hour day or the 31-day month', () => {
    assert.equal(runsOf(series([0, 24 * hour, 49 * hour, 73 * hour]), 'daily').length, 1);
    assert.equal(runsOf(series([0, 28 * 24 * hour, 59 * 24 * hour]), 'monthly').length, 1);
  });

  it('forgives one lost raw reading, not two', () => {
    const time = [0, 900, 1800, 3600, 4500, 5400];
    assert.equal(runsOf(series(time), 'raw').length, 1);
    assert.equal(runsOf(series([...time, 8100]), 'raw').length, 2);
    assert.deepEqual(gapsIn([], 'raw'), []);
    assert.deepEqual(gapsIn([0], 'raw'), [false]);
  });

  it('goes by what is usual around, when a sensor begins to report more often', () => {
    const hourly = Array.from({ length: 20 }, (_, n) => n * hour);
    const minutely = Array.from({ length: 60 }, (_, n) => 19 * hour + (n + 1) * 60);
    assert.equal(runsOf(series([...hourly, ...minutely]), 'raw').length, 1);
    const outage = minutely.filter((_, n) => n < 20 || n > 40);
    assert.equal(runsOf(series([...hourly, ...outage]), 'raw').length, 2);
  });

  it('holds every point once, whatever the gaps', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 1e6 }), { maxLength: 60 }), (times) => {
        const time = times.sort((a, b) => a - b);
        const given = series(time);
        assert.deepEqual(
          runsOf(given, 'raw')
            .flat()
            .map((point) => point.time),
          time,
        );
        const columns = withGaps(given, 'raw');
        assert.deepEqual(
          columns.value.filter((value) => value !== null),
          given.mean,
        );
        assert.deepEqual(
          [...columns.time].sort((a, b) => a - b),
          columns.time,
        );
        assert.equal(
          columns.value.filter((value) => value === null).length,
          Math.max(runsOf(given, 'raw').length - 1, 0),
        );
      }),
    );
  });

  it('keeps the highest and the lowest when it thins out', () => {
    const run = Array.from({ length: 10_000 }, (_, index) => ({ time: index, value: Math.sin(index) }));
    run[4321] = { time: 4321, value: 99 };
    run[4322] = { time: 4322, value: -99 };
    const thinned = thin(run, 0, 10_000, 100);
    assert.ok(thinned.length <= 400);
    assert.ok(thinned.some((point) => point.value === 99) && thinned.some((point) => point.value === -99));
  });

  it('draws a lone point as a dot and stays in its picture', () => {
    const scale = scaleOf([0, 10]);
    const hours = { time: [0, hour, 2 * hour, 9 * hour], mean: [0, 10, 10, 5] };
    assert.deepEqual(pathsOf(hours, 'hourly', { start: 0, end: 10 * hour }, scale), {
      lines: 'M0 300L100 0L200 0',
      dots: 'M900 150h.1',
    });
  });

  it('finds a scale with round ticks around any values', () => {
    assert.deepEqual(scaleOf([3, 17]), { low: 0, high: 20, ticks: [0, 5, 10, 15, 20] });
    assert.deepEqual(scaleOf([]), { low: 0, high: 1, ticks: [0, 1] });
    assert.deepEqual(scaleOf([1e-100, 4e-100]).ticks, [1e-100, 2e-100, 3e-100, 4e-100]);
    assert.ok(scaleOf([0, 5e-324]).ticks.length >= 2);
    const value = fc.double({ min: -1e12, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), (values) => {
        const { low, high, ticks } = scaleOf(values);
        const room = (high - low) * 1e-6;
        assert.ok(low < high && ticks.length >= 2 && ticks.length <= 8, JSON.stringify(ticks));
        assert.ok(values.every((each) => each >= low - room && each <= high + room));
      }),
    );
  });

  it('labels the axis of values so that every mark fits its margin', () => {
    const labels = (values: number[], language: 'en' | 'es' = 'en') =>
      values.map((value) => valueLabel(value, language).replace(/\s/g, ' '));
    assert.deepEqual(labels([0, -0, 2.5, 250_000, 0.0001]), ['0', '0', '2.5', '250,000', '0.0001']);
    assert.deepEqual(labels([1e6, 2_500_000, 1e28, -5e37]), ['1M', '2.5M', '1E28', '-5E37']);
    assert.deepEqual(labels([2.5e-5, -1e-100]), ['2.5E-5', '-1E-100']);
    assert.deepEqual(labels([2_500_000, 1e28], 'es'), ['2.5 M', '1E28']);
    // Neighboring marks stay apart, whatever their size.
    const value = fc.double({ min: -1e38, max: 1e38, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), (values) => {
        const { ticks } = scaleOf(values);
        assert.equal(new Set(labels(ticks)).size, ticks.length, JSON.stringify(ticks));
      }),
    );
  });

  it('weighs means by their readings', () => {
    const summary = summaryOf({
      datastream: '1',
      time: [0, 1],
      mean: [10, 20],
      min: [5, 19],
      max: [15, 21],
      count: [1, 3],
    });
    assert.deepEqual(summary, { min: 5, mean: 17.5, max: 21, count: 4 });
    assert.equal(summaryOf({ datastream: '1', time: [], mean: [], min: [], max: [], count: [] }), undefined);
  });
});
