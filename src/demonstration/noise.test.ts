import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chance, jitter, seedOf, spellAt, vary, wander } from './noise.ts';

const seed = fc.string().map(seedOf);
const time = fc.integer({ min: Date.UTC(2000), max: Date.UTC(2040) });

test('is the same for the same seed and time, for ever', () => {
  // Written down once: a change here changes every demonstration in the world.
  assert.equal(seedOf('charter oak'), 557583313);
  assert.equal(chance(1, 2), 0.5001570731401443);
});

test('chance is spread evenly, and independent of the neighboring index', () => {
  const draws = Array.from({ length: 20_000 }, (_, index) => chance(seedOf('even'), index));
  const mean = draws.reduce((sum, draw) => sum + draw) / draws.length;
  assert.ok(Math.abs(mean - 0.5) < 0.01, String(mean));
  for (let tenth = 0; tenth < 10; tenth++) {
    const count = draws.filter((draw) => Math.floor(draw * 10) === tenth).length;
    assert.ok(count > 1800 && count < 2200, `${count} in tenth ${tenth}`);
  }
  const together = draws
    .slice(1)
    .reduce((sum, draw, index) => sum + (draw - 0.5) * ((draws[index] as number) - 0.5), 0);
  assert.ok(Math.abs(together / draws.length) < 0.003, String(together / draws.length));
  assert.notEqual(vary(1, 0), vary(1, 1));
});

test('wander and jitter stay within -1 and 1, and wander has no jumps', () => {
  fc.assert(
    fc.property(seed, time, (from, ms) => {
      for (const value of [wander(from, ms, 3_600_000), jitter(from, ms)])
        assert.ok(value >= -1 && value <= 1);
      assert.ok(Math.abs(wander(from, ms, 3_600_000) - wander(from, ms + 1000, 3_600_000)) < 0.002);
    }),
  );
});

test('a spell holds from its start for no longer than it may', () => {
  const spells = { blockHours: 48, probability: 0.5, minHours: 2, maxHours: 40 };
  fc.assert(
    fc.property(seed, time, (from, ms) => {
      const start = spellAt(from, ms, spells);
      if (start === undefined) return;
      assert.ok(start <= ms && ms - start < 40 * 3_600_000);
      assert.equal(spellAt(from, start, spells) !== undefined, true);
    }),
  );
});
