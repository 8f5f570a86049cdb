import assert from 'node:assert/strict';
import { it } from 'node:test';
import { duration, ProgressLine, progressText } from './progress-line.ts';

it('tells share, rate and time left', () => {
  assert.equal(
    progressText({ phase: 'storing', done: 250_000, total: 1_000_000 }, 5),
    'Storing  [######..................]  25 %  250,000 of 1,000,000 rows  50,000/s  15 s left',
  );
  assert.equal(
    progressText({ phase: 'checking', done: 0, total: 0 }, 0),
    'Checking [########################] 100 %',
  );
});

it('tells durations as people do', () => {
  assert.deepEqual([0.2, 1, 75, 7300].map(duration), ['under 1 s', '1 s', '1 min 15 s', '2 h 1 min']);
});

it('draws one line on a terminal, and now and then a line in a log', () => {
  for (const [isTTY, expected] of [
    [true, 3],
    [false, 1],
  ] as const) {
    let now = 0;
    const written: string[] = [];
    const line = new ProgressLine({ isTTY, columns: 40, write: (text) => written.push(text) }, () => now);
    for (const at of [0, 50, 5000, 15_000]) {
      now = at;
      line.show({ phase: 'storing', done: at, total: 20_000 });
    }
    assert.equal(written.length, expected);
    assert.ok(
      written.every((text) => (isTTY ? text.startsWith('\r') && text.length < 48 : text.endsWith('\n'))),
    );
    line.end();
    assert.equal(written.length, isTTY ? expected + 1 : expected);
  }
});
