import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseRange, rangeCounts } from './range.ts';

test('a Range names one part, is unsatisfiable, or counts for nothing', () => {
  for (const [header, expected] of [
    ['bytes=0-0', { from: 0, to: 0 }],
    ['bytes=2-', { from: 2, to: 9 }],
    ['bytes=-3', { from: 7, to: 9 }],
    ['bytes=-99', { from: 0, to: 9 }],
    ['bytes=5-99', { from: 5, to: 9 }],
    ['Bytes = 1-2', { from: 1, to: 2 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5-2', undefined],
    ['bytes=0-1,4-5', undefined],
    ['bytes=-', undefined],
    ['lines=1-2', undefined],
    ['bytes=a-b', undefined],
    [undefined, undefined],
  ] as const)
    assert.deepEqual(parseRange(header, 10), expected, header);
});

test('a part always lies within the file', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.nat(),
      fc.nat(1e6),
      fc.constantFrom('both', 'first', 'last'),
      (a, b, size, kind) => {
        const header = kind === 'both' ? `bytes=${a}-${b}` : kind === 'first' ? `bytes=${a}-` : `bytes=-${b}`;
        const part = parseRange(header, size);
        if (typeof part === 'object') assert.ok(part.from >= 0 && part.from <= part.to && part.to < size);
      },
    ),
  );
});

test('If-Range lets a Range count for the very tag alone', () => {
  const modified = 'Wed, 25 Nov 2026 10:00:00 GMT';
  assert.equal(rangeCounts(undefined, '"a"', modified), true);
  assert.equal(rangeCounts('"a"', '"a"', modified), true);
  assert.equal(rangeCounts('W/"a"', '"a"', modified), false);
  assert.equal(rangeCounts('"b"', '"a"', modified), false);
  assert.equal(rangeCounts(modified, '"a"', modified), true);
});
