import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  businessDay,
  countBusinessDays,
  dayOff,
  daysBetween,
  type Holiday,
  isDay,
  makeCalendar,
  nextBusinessDay,
  plusDays,
  previousBusinessDay,
  Refusal,
} from './calendar.ts';

const row = (day: string, kind: Holiday['kind'] = 'legal'): Holiday => ({
  day,
  name: { en: `Feast of ${day}`, es: `Fiesta del ${day}` },
  kind,
  source: 'test',
});
const year = { from: '2026-01-01', to: '2026-12-31' };
const calendar = makeCalendar(year, [row('2026-11-26'), row('2026-11-25', 'closure')]);

test('a business day is a weekday that is no holiday; a closure counts only where asked for', () => {
  assert.equal(businessDay(calendar, '2026-11-24'), true);
  assert.equal(businessDay(calendar, '2026-11-26'), false);
  assert.equal(businessDay(calendar, '2026-11-28'), false, 'Saturday');
  assert.equal(businessDay(calendar, '2026-11-29'), false, 'Sunday');
  assert.equal(businessDay(calendar, '2026-11-25'), true);
  assert.equal(businessDay(calendar, '2026-11-25', { closures: true }), false);
  assert.equal(dayOff(calendar, '2026-11-26')?.why, 'holiday');
  assert.equal(dayOff(calendar, '2026-11-25', { closures: true })?.why, 'closure');
});

test('the business days around a day', () => {
  assert.equal(nextBusinessDay(calendar, '2026-11-25'), '2026-11-27');
  assert.equal(nextBusinessDay(calendar, '2026-11-24', { closures: true }), '2026-11-27');
  assert.equal(nextBusinessDay(calendar, '2026-11-27'), '2026-11-30');
  assert.equal(previousBusinessDay(calendar, '2026-11-30'), '2026-11-27');
  assert.equal(previousBusinessDay(calendar, '2026-11-27'), '2026-11-25');
  assert.equal(countBusinessDays(calendar, '2026-11-20', '2026-11-27'), 4);
  assert.equal(countBusinessDays(calendar, '2026-11-27', '2026-11-20'), 0);
});

test('a day outside what the calendar knows is refused, a Saturday too', () => {
  const outside = (error: unknown) => error instanceof Refusal && error.reason === 'outside-calendar';
  assert.throws(() => businessDay(calendar, '2027-01-02'), outside);
  assert.throws(() => businessDay(calendar, '2025-12-31'), outside);
  assert.throws(() => nextBusinessDay(calendar, '2026-12-31'), outside);
  assert.throws(() => previousBusinessDay(calendar, '2026-01-01'), outside);
  assert.throws(() => countBusinessDays(calendar, '2026-12-30', '2027-01-05'), outside);
});

test('a calendar refuses a day twice, a day that is none, and a day out of its range', () => {
  const refused = (rows: Holiday[], message: RegExp) =>
    assert.throws(() => makeCalendar(year, rows), { name: 'Refusal', reason: 'invalid', message });
  refused([row('2026-07-03'), row('2026-07-03', 'proclaimed')], /2026-07-03: there twice/);
  refused([row('2026-07-03', 'closure'), row('2026-07-03', 'closure')], /there twice/);
  refused([row('2026-02-29')], /2026-02-29: no such day/);
  refused([row('2027-01-01')], /outside the calendar, which covers 2026-01-01 to 2026-12-31/);
  assert.throws(() => makeCalendar({ from: '2026-12-31', to: '2026-01-01' }, []), /two days in order/);
  assert.doesNotThrow(() => makeCalendar(year, [row('2026-07-03'), row('2026-07-03', 'closure')]));
});

test('days', () => {
  for (const day of ['2028-02-29', '2026-12-31', '0001-01-01']) assert.equal(isDay(day), true, day);
  for (const day of ['2026-02-29', '2026-13-01', '2026-1-1', '2026-01-01T00:00Z', '', null, 20260101])
    assert.equal(isDay(day), false, String(day));
  assert.equal(plusDays('2028-02-28', 1), '2028-02-29');
  assert.equal(plusDays('2026-01-01', -1), '2025-12-31');
  assert.equal(daysBetween('2026-11-20', '2026-12-20'), 30);
  assert.throws(() => plusDays('9999-12-31', 1), /beyond the year 9999/);
});
