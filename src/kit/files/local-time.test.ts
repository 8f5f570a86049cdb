import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { formatInstant, LocalClock } from './local-time.ts';

const zones = [
  'America/New_York',
  'Europe/Copenhagen',
  'America/Chicago',
  'UTC',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'America/Sao_Paulo',
];

/** The same question put to Temporal. */
function byTemporal(local: number, zone: string): { earlier: number; later: number; exists: boolean } {
  const plain = Temporal.Instant.fromEpochMilliseconds(local / 1000)
    .toZonedDateTimeISO('UTC')
    .toPlainDateTime();
  const earlier = plain.toZonedDateTime(zone, { disambiguation: 'earlier' });
  const later = plain.toZonedDateTime(zone, { disambiguation: 'later' });
  return {
    earlier: earlier.epochMilliseconds * 1000,
    later: later.epochMilliseconds * 1000,
    exists: earlier.toPlainDateTime().equals(plain),
  };
}

function agrees(clock: LocalClock, local: number): void {
  const ours = clock.meaning(local);
  const theirs = byTemporal(local, clock.zone);
  if (!theirs.exists) assert.equal(ours.count, 0, `${formatInstant(local)} ${clock.zone}`);
  else
    assert.deepEqual(ours, {
      count: theirs.earlier === theirs.later ? 1 : 2,
      earlier: theirs.earlier,
      later: theirs.later,
    });
}

describe('local time', () => {
  for (const zone of zones) {
    const clock = new LocalClock(zone);
    it(`means in ${zone} what Temporal says, at any minute from 1950 to 2040`, () => {
      const minutes = fc.integer({ min: Date.UTC(1950, 0, 1) / 60_000, max: Date.UTC(2040, 0, 1) / 60_000 });
      fc.assert(
        fc.property(minutes, (minute) => agrees(clock, minute * 60_000_000)),
        { numRuns: 300 },
      );
    });
    it(`means in ${zone} what Temporal says, around every change of the clock from 1990 to 2030`, () => {
      let here = Temporal.Instant.fromEpochMilliseconds(Date.UTC(1990, 0, 1)).toZonedDateTimeISO(zone);
      for (;;) {
        const next = here.getTimeZoneTransition('next');
        if (next === null || next.epochMilliseconds > Date.UTC(2030, 0, 1)) break;
        const local = next.epochMilliseconds * 1000 + next.offsetNanoseconds / 1000;
        for (const minutes of [
          -1500, -121, -120, -61, -60, -59, -31, -30, -1, 0, 1, 29, 30, 59, 60, 61, 1440,
        ]) {
          agrees(clock, local + minutes * 60_000_000);
        }
        here = next;
      }
    });
  }

  it('skips and repeats the hour in New York', () => {
    const clock = new LocalClock('America/New_York');
    assert.deepEqual(clock.meaning(Date.UTC(2026, 2, 8, 2, 30) * 1000), { count: 0 });
    assert.deepEqual(clock.meaning(Date.UTC(2026, 10, 1, 1, 30) * 1000), {
      count: 2,
      earlier: Date.UTC(2026, 10, 1, 5, 30) * 1000,
      later: Date.UTC(2026, 10, 1, 6, 30) * 1000,
    });
  });

  it('refuses a zone that does not exist', () => {
    assert.throws(() => new LocalClock('Mars/Phobos'), /no time zone "Mars\/Phobos"/);
  });

  it('writes instants with the precision they have', () => {
    assert.equal(formatInstant(0), '1970-01-01T00:00:00.000Z');
    assert.equal(formatInstant(1_610_706_328_638_659), '2021-01-15T10:25:28.638659Z');
    assert.equal(formatInstant(-1), '1969-12-31T23:59:59.999999Z');
  });
});
