import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { emptyUse, take } from '../../../test/support/lease-model.ts';
import { type Lease, type Limit, leaseFrom, leaseSize, secondsToOpen, slotAt, spend } from './allowance.ts';

/** Lets processes spend from one table; returns when requests were granted. */
function run(limit: Limit, processes: number, arrivals: readonly { after: number; at: number }[]): number[] {
  const leases: (Lease | undefined)[] = Array.from({ length: processes });
  const granted: number[] = [];
  let use = emptyUse;
  let now = 1_764_000_000_000;
  for (const arrival of arrivals) {
    now += arrival.after;
    const process = arrival.at % processes;
    let outcome = spend(limit, leases[process], now);
    if (outcome === 'ask') {
      const taken = take(use, limit, slotAt(limit, now), leaseSize(limit), leases[process]);
      use = taken.use;
      leases[process] = leaseFrom(limit, use, taken.granted);
      outcome = spend(limit, leases[process], now);
    }
    assert.notEqual(outcome, 'ask', 'a fresh lease can tell');
    if (outcome === 'granted') granted.push(now);
  }
  return granted;
}

/** The most that any window of the limit's length held. */
function mostInAWindow(times: readonly number[], limit: Limit): number {
  let most = 0;
  let from = 0;
  for (const [index, time] of times.entries()) {
    while ((times[from] as number) <= time - limit.seconds * 1000) from++;
    most = Math.max(most, index - from + 1);
  }
  return most;
}

const limits = fc.record({
  requests: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 30, max: 400 })),
  seconds: fc.integer({ min: 1, max: 30 }),
});
const paces = fc.constantFrom(0, 1, 20, 500);
const arrivals = (pace: number) =>
  fc.array(fc.record({ after: fc.integer({ min: 0, max: pace }), at: fc.integer({ min: 0, max: 3 }) }), {
    minLength: 50,
    maxLength: 1500,
    size: 'max',
  });

describe('the arithmetic of request limits', () => {
  test('no window holds more than the limit, whatever arrives at one to four processes', () => {
    fc.assert(
      fc.property(
        limits,
        fc.integer({ min: 1, max: 4 }),
        paces.chain(arrivals),
        (limit, processes, requests) => {
          assert.ok(mostInAWindow(run(limit, processes, requests), limit) <= limit.requests);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('a burst gets all of it but what the other processes hold', () => {
    fc.assert(
      fc.property(limits, fc.integer({ min: 1, max: 4 }), (limit, processes) => {
        const burst = Array.from({ length: limit.requests * 2 + 50 }, (_, index) => ({
          after: 0,
          at: index,
        }));
        const held = (processes - 1) * leaseSize(limit);
        assert.ok(run(limit, processes, burst).length >= limit.requests - held);
      }),
    );
  });

  test('who keeps a slot’s length below the limit is never refused', () => {
    const limit = { requests: 100, seconds: 100 };
    // 21 slots of 5 s: 4 in each are 84.
    const steady = Array.from({ length: 2000 }, () => ({ after: 1250, at: 0 }));
    assert.equal(run(limit, 1, steady).length, 2000);
  });

  test('once refused, it is said when to come back, and then it is let through', () => {
    fc.assert(
      fc.property(limits, fc.integer({ min: 0, max: 60_000 }), (limit, offset) => {
        const start = 1_764_000_000_000 + offset;
        const taken = take(emptyUse, limit, slotAt(limit, start), limit.requests);
        const lease = { ...leaseFrom(limit, taken.use, taken.granted), left: 0 };
        assert.equal(spend(limit, lease, start), 'refused');
        const seconds = secondsToOpen(lease, start);
        assert.ok(seconds >= limit.seconds && seconds <= Math.ceil(limit.seconds * 1.05));
        const then = start + seconds * 1000;
        assert.equal(spend(limit, lease, then), 'ask');
        assert.ok(take(taken.use, limit, slotAt(limit, then), 1).granted === 1);
      }),
    );
  });
});
