import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { cutoffOf, lastDay } from './cutoff.ts';

const zone = 'America/New_York';
const at = (text: string) => new Date(text);

test('a least period has to be over, a most one ends on its last day', () => {
  const period = { count: 21, unit: 'calendar-day' } as const;
  // Noon in New York on November 22: a reading of November 1 is in its last day.
  const now = at('2026-11-22T17:00:00Z');
  assert.deepEqual(cutoffOf(period, 'may', now, zone), { at: '2026-11-01T04:00:00Z', day: '2026-11-01' });
  assert.deepEqual(cutoffOf(period, 'must', now, zone), { at: '2026-11-02T05:00:00Z', day: '2026-11-02' });
});

test('days are those of the city, whose clock is set twice a year', () => {
  const day = { count: 1, unit: 'calendar-day' } as const;
  // 04:30 UTC is still the evening before in New York.
  assert.equal(cutoffOf(day, 'may', at('2026-03-10T03:30:00Z'), zone)?.at, '2026-03-08T05:00:00Z');
  // The day on which the clock is set forward begins at 05:00 UTC and ends at 04:00.
  assert.equal(cutoffOf(day, 'may', at('2026-03-10T04:30:00Z'), zone)?.at, '2026-03-09T04:00:00Z');
  assert.equal(cutoffOf(day, 'may', at('2026-11-03T12:00:00Z'), zone)?.at, '2026-11-02T05:00:00Z');
  assert.equal(
    cutoffOf({ count: 24, unit: 'hour' }, 'may', at('2026-03-08T17:00:00Z'), zone)?.at,
    '2026-03-07T17:00:00Z',
  );
});

test('months and years end on the last day where the day is missing', () => {
  const month = { count: 1, unit: 'month' } as const;
  const year = { count: 1, unit: 'year' } as const;
  // What was measured on January 29, 30 and 31 is kept up to February 28.
  assert.equal(cutoffOf(month, 'may', at('2026-02-28T17:00:00Z'), zone)?.day, '2026-01-28');
  assert.equal(cutoffOf(month, 'may', at('2026-03-01T17:00:00Z'), zone)?.day, '2026-02-01');
  assert.equal(cutoffOf(year, 'may', at('2029-02-28T17:00:00Z'), zone)?.day, '2028-02-28');
  assert.equal(cutoffOf(year, 'may', at('2029-03-01T17:00:00Z'), zone)?.day, '2028-03-01');
});

test('business days are counted for no retention', () => {
  assert.equal(
    cutoffOf({ count: 4, unit: 'business-day' }, 'may', at('2026-11-22T17:00:00Z'), zone),
    undefined,
  );
});

test('for every period, clock and day: due is exactly what lies before the cutoff', () => {
  fc.assert(
    fc.property(
      fc.record({
        count: fc.integer({ min: 0, max: 80 }),
        unit: fc.constantFrom('calendar-day', 'month', 'year'),
      }),
      fc.constantFrom('may', 'must'),
      fc.date({ min: at('2000-01-01T00:00:00Z'), max: at('2090-01-01T00:00:00Z'), noInvalidDate: true }),
      fc.constantFrom(zone, 'UTC', 'Pacific/Apia', 'Asia/Kathmandu', 'America/St_Johns'),
      fc.integer({ min: -40, max: 40 }),
      (period, duty, now, place, off) => {
        const cutoff = cutoffOf(period, duty, now, place);
        const first = Temporal.PlainDate.from(cutoff?.day as string);
        const today = Temporal.Instant.fromEpochMilliseconds(now.getTime())
          .toZonedDateTimeISO(place)
          .toPlainDate();
        const day = first.add({ days: off });
        const order = Temporal.PlainDate.compare(lastDay(day, period), today);
        const due = duty === 'must' ? order <= 0 : order < 0;
        assert.equal(due, Temporal.PlainDate.compare(day, first) < 0, `${day} ${first} ${today}`);
      },
    ),
  );
});
