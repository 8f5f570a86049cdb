import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isProblem } from '../../kit/problem.ts';
import { shortCode } from '../../kit/short-code.ts';
import {
  type Choice,
  downloadDefaults,
  exploreDefaults,
  flaggedValues,
  type Period,
  parseChoice,
  presets,
  resolutions,
  serializeChoice,
} from './choice.ts';

const id = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String);
const day = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const period: fc.Arbitrary<Period> = fc.oneof(
  fc.constantFrom(...presets).map((preset) => ({ preset })),
  day.map((from) => ({ from })),
  day.map((to) => ({ to })),
  fc.tuple(day, day).map((days) => {
    const [from, to] = days.sort() as [string, string];
    return { from, to };
  }),
);
const choices: fc.Arbitrary<Choice> = fc.record(
  {
    sensors: fc.uniqueArray(id.map(shortCode), { maxLength: 20 }),
    measures: fc.uniqueArray(fc.bigInt({ min: 1n, max: 9_999_999_999_999_999n }).map(String), {
      maxLength: 20,
    }),
    period,
    resolution: fc.constantFrom(...resolutions),
    flagged: fc.constantFrom(...flaggedValues),
  },
  { noNullPrototype: true },
);

describe('a choice of readings in a URL', () => {
  it('comes back as it was written, whatever the defaults', () => {
    fc.assert(
      fc.property(choices, fc.constantFrom(downloadDefaults, exploreDefaults), (choice, defaults) => {
        const text = serializeChoice(choice).toString();
        assert.deepEqual(parseChoice(new URLSearchParams(text), defaults, true), choice);
      }),
    );
  });

  it('is either read or refused with the name of a parameter, whatever is sent', () => {
    const name = fc.constantFrom('sensor', 'measure', 'period', 'from', 'to', 'resolution', 'flagged');
    const value = fc.oneof(
      fc.string(),
      day,
      fc.constantFrom(...presets, ...resolutions, ...flaggedValues, ''),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 6 }), (pairs) => {
        try {
          const choice = parseChoice(new URLSearchParams(pairs), downloadDefaults, true);
          assert.deepEqual(parseChoice(serializeChoice(choice), exploreDefaults, true), choice);
        } catch (error) {
          assert.ok(isProblem(error) && error.kind === 'invalid', String(error));
          assert.ok(typeof error.details.parameter === 'string');
          assert.ok(error.message.includes(error.details.parameter), error.message);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('means the whole dataset as measured when a download says nothing', () => {
    assert.deepEqual(parseChoice(new URLSearchParams(), downloadDefaults, true), {
      sensors: [],
      measures: [],
      period: { preset: 'all' },
      resolution: 'raw',
      flagged: 'include',
    });
  });

  it('reads short codes as people write them, once each', () => {
    const choice = parseChoice(new URLSearchParams('sensor=o1i&sensor=011&sensor='), downloadDefaults, true);
    assert.deepEqual(choice.sensors, ['11']);
  });

  it('lets the preset of a form win over its empty or stale dates, but not a program’s', () => {
    const query = new URLSearchParams('period=7d&from=2026-01-01&to=');
    assert.deepEqual(parseChoice(query, exploreDefaults).period, { preset: '7d' });
    assert.throws(() => parseChoice(query, exploreDefaults, true), /either “period=7d” or “from” and “to”/);
    assert.deepEqual(
      parseChoice(new URLSearchParams('period=dates&from=2026-01-01&to='), exploreDefaults).period,
      { from: '2026-01-01' },
    );
  });

  const refused: [string, RegExp][] = [
    ['resolution=weekly', /“resolution=weekly” is wrong: it must be one of raw, hourly, daily/],
    ['from=2026-02-30', /“from=2026-02-30” is wrong/],
    ['from=yesterday', /“from=yesterday” is wrong: it must be a date/],
    ['from=2026-02-03&to=2026-02-01', /“to” \(2026-02-01\) lies before “from”/],
    ['period=dates', /needs “from”, “to” or both/],
    ['period=8d', /it must be one of 24h, 7d/],
    ['flagged=yes', /it must be one of leave-out, include/],
    ['flagged=include&flagged=include', /“flagged” is given 2 times/],
    ['sensor=U', /“sensor=U” is wrong/],
    ['sensor=%27%3B+drop+table', /“sensor='; drop table” is wrong/],
    ['measure=0', /“measure=0” is wrong/],
    ['measure=1.5', /“measure=1.5” is wrong/],
    ['sensors=A', /There is no parameter “sensors”\. There are sensor, measure/],
  ];
  for (const [query, message] of refused) {
    it(`refuses ${query}`, () => {
      assert.throws(
        () => parseChoice(new URLSearchParams(query), downloadDefaults, true),
        (error) => isProblem(error) && error.kind === 'invalid' && message.test(error.message),
      );
    });
  }

  it('refuses more values than an address can carry', () => {
    const query = new URLSearchParams(Array.from({ length: 501 }, (_, n) => ['sensor', String(n)]));
    assert.throws(() => parseChoice(query, downloadDefaults), /at most 500 are taken/);
  });
});
