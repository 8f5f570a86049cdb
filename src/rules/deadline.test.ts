import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { parse } from 'yaml';
import { type Calendar, type Holiday, makeCalendar, Refusal } from './calendar.ts';
import {
  type Deadline,
  type DeadlineInput,
  deriveDeadline,
  type Pause,
  type PeriodUnit,
  type RollForward,
  rederive,
  replay,
} from './deadline.ts';
import { calendarOf, holidaysFile } from './holidays.ts';

const text = await readFile(new URL('../../cities/connecticut/holidays.yaml', import.meta.url), 'utf8');
const calendar = calendarOf(holidaysFile.parse(parse(text, { merge: true })));
const zone = 'America/New_York';
const pause: Pause = { from: '2026-11-24', to: '2026-11-30', kind: 'clarification', reason: 'a question' };

function derive(at: string, count: number, unit: PeriodUnit, more: Partial<DeadlineInput> = {}): Deadline {
  const period = { count, unit };
  const rule = 'ct.records.answer';
  return deriveDeadline({
    trigger: { event: 'filed', at },
    zone,
    period,
    kind: 'statutory',
    rule,
    calendar,
    ...more,
  });
}

function withRows(...rows: Holiday[]): Calendar {
  return makeCalendar(calendar, [...calendar.holidays.values(), ...rows]);
}

const row = (day: string, kind: Holiday['kind']): Holiday => ({
  day,
  name: { en: 'Storm', es: 'Tormenta' },
  kind,
  source: 'test',
});

// Each reckoned by hand on a wall calendar; `why` tells what makes the row worth having.
const B = 'business-day';
const C = 'calendar-day';
const examples: [at: string, count: number, unit: PeriodUnit, roll: RollForward, due: string, why: string][] =
  [
    ['2026-11-20', 4, B, 'not-specified', '2026-11-27', 'over Thanksgiving'],
    ['2026-11-25', 4, B, 'not-specified', '2026-12-02', 'the day before Thanksgiving, over a month end'],
    ['2026-11-21', 4, B, 'not-specified', '2026-11-27', 'filed on a Saturday'],
    ['2026-11-26', 4, B, 'not-specified', '2026-12-02', 'filed on a holiday'],
    ['2026-12-22', 4, B, 'not-specified', '2026-12-29', 'over Christmas'],
    ['2026-12-29', 4, B, 'not-specified', '2027-01-05', 'over the year end'],
    ['2027-12-22', 4, B, 'not-specified', '2027-12-29', 'Christmas on a Saturday'],
    ['2027-12-29', 4, B, 'not-specified', '2028-01-05', 'New Year on a Saturday, kept in the old year'],
    ['2028-02-24', 4, B, 'not-specified', '2028-03-01', 'over 29 February'],
    ['2028-02-09', 4, B, 'not-specified', '2028-02-16', 'Lincoln Day on a Saturday'],
    ['2026-07-01', 4, B, 'not-specified', '2026-07-08', '4 July on a Saturday'],
    ['2027-07-02', 4, B, 'not-specified', '2027-07-09', '4 July on a Sunday'],
    ['2022-06-16', 4, B, 'not-specified', '2022-06-22', 'Juneteenth was none yet'],
    ['2023-06-15', 4, B, 'not-specified', '2023-06-22', 'the first Juneteenth'],
    ['2024-03-27', 4, B, 'not-specified', '2024-04-03', 'over Good Friday'],
    ['2026-11-20', 10, B, 'not-specified', '2026-12-07', 'employee files'],
    ['2026-02-10', 7, B, 'not-specified', '2026-02-23', 'objection; two holidays in February'],
    ['2026-01-15', 9, B, 'not-specified', '2026-01-29', 'objection by mail, over King Day'],
    ['2026-11-20', 30, C, 'not-specified', '2026-12-20', 'a Sunday: the date stands'],
    ['2026-11-20', 30, C, false, '2026-12-20', 'a Sunday, and the rule does not run on'],
    ['2026-11-20', 30, C, true, '2026-12-21', 'a Sunday, and the rule runs on'],
    ['2026-11-26', 30, C, true, '2026-12-28', 'a Saturday'],
    ['2027-12-02', 30, C, true, '2028-01-03', 'a Saturday that is New Year'],
    ['2026-12-24', 1, C, true, '2026-12-28', 'Christmas on a Friday: over holiday and weekend'],
    ['2028-02-10', 21, C, 'not-specified', '2028-03-02', 'plate data over 29 February'],
    ['2027-01-31', 1, 'month', false, '2027-02-28', 'the month has no 31st'],
    ['2028-01-31', 1, 'month', false, '2028-02-29', 'nor in a leap year'],
    ['2027-01-31', 2, 'month', false, '2027-03-31', 'a short month on the way does not shorten the next'],
    ['2026-11-30', 3, 'month', false, '2027-02-28', 'over the year end'],
    ['2026-11-25', 12, 'month', true, '2027-11-26', 'a year later it is Thanksgiving'],
    ['2028-02-29', 1, 'year', false, '2029-02-28', 'born on 29 February'],
    ['2024-02-29', 4, 'year', false, '2028-02-29', 'to the next 29 February'],
  ];
for (const [at, count, unit, rollForward, due, why] of examples) {
  test(`${at} and ${count} ${unit}: ${due} (${why})`, () => {
    const deadline = derive(at, count, unit, { rollForward });
    assert.equal(deadline.due, due);
    assert.deepEqual(replay(deadline), deadline);
    assert.equal(deadline.counted.length, count);
  });
}

test('the derivation names every day, counted or skipped, and why', () => {
  const { counted, skipped, known, trigger } = derive('2026-11-20', 4, B);
  assert.deepEqual(trigger, { event: 'filed', at: '2026-11-20', day: '2026-11-20' });
  assert.deepEqual(counted, [
    { day: '2026-11-23', n: 1 },
    { day: '2026-11-24', n: 2 },
    { day: '2026-11-25', n: 3 },
    { day: '2026-11-27', n: 4 },
  ]);
  const name = { en: 'Thanksgiving', es: 'Día de Acción de Gracias' };
  assert.deepEqual(skipped, [
    { day: '2026-11-21', why: 'weekend' },
    { day: '2026-11-22', why: 'weekend' },
    { day: '2026-11-26', why: 'holiday', name, unverified: true },
  ]);
  assert.deepEqual([known?.from, known?.to, known?.holidays.length], ['2026-11-21', '2026-11-27', 1]);
});

test('a filing at 23:59 is of that day, at 00:00 of the next', () => {
  const late = derive('2026-11-24T04:59:59Z', 4, B);
  assert.deepEqual([late.trigger.day, late.due], ['2026-11-23', '2026-11-30']);
  const early = derive('2026-11-24T00:00:00-05:00', 4, B);
  assert.deepEqual([early.trigger.day, early.due], ['2026-11-24', '2026-12-01']);
  assert.equal(derive('2026-07-01T03:59:59Z', 1, B).trigger.day, '2026-06-30', 'summer time');
});

test('a day ends in its zone, also on the days of 23 and 25 hours', () => {
  const end = (at: string, count: number) => derive(at, count, C).dueAt;
  assert.equal(end('2026-03-05', 1), '2026-03-07T05:00:00Z');
  assert.equal(end('2026-03-07', 1), '2026-03-09T04:00:00Z', 'clocks go forward on 8 March');
  assert.equal(end('2026-10-31', 1), '2026-11-02T05:00:00Z', 'clocks go back on 1 November');
  assert.equal(end('2026-10-30', 1), '2026-11-01T04:00:00Z');
});

test('hours are hours, also when the clocks change, and need an instant', () => {
  const deadline = derive('2027-03-13T20:00:00Z', 24, 'hour', { rollForward: false });
  assert.deepEqual([deadline.dueAt, deadline.due], ['2027-03-14T20:00:00Z', '2027-03-14']);
  assert.deepEqual([deadline.known, deadline.notes], [undefined, []]);
  assert.deepEqual(replay(deadline), deadline);
  assert.equal(derive('2026-11-20T12:00:00Z', 1, 'hour').notes.length, 0);
  assert.throws(() => derive('2026-11-20', 24, 'hour'), /counted from an instant; 2026-11-20 is a day/);
});

test('where no source says what a last day on a weekend or holiday means, the date stands and says so', () => {
  assert.deepEqual(derive('2026-11-20', 30, C).notes, [
    { kind: 'last-day-off', day: '2026-12-20', off: { why: 'weekend' } },
  ]);
  assert.deepEqual(derive('2026-11-23', 30, C).notes, []);
  assert.deepEqual(derive('2026-11-20', 30, C, { rollForward: false }).notes, []);
  const rolled = derive('2026-12-24', 1, C, { rollForward: true });
  assert.deepEqual(
    rolled.passed.map(({ day, why }) => [day, why]),
    [
      ['2026-12-25', 'holiday'],
      ['2026-12-26', 'weekend'],
      ['2026-12-27', 'weekend'],
    ],
  );
  assert.deepEqual(rolled.counted, [{ day: '2026-12-25', n: 1 }]);
});

test('a date that leans on an unverified holiday tells the date without it', () => {
  assert.deepEqual(derive('2026-11-20', 4, B).notes, [
    { kind: 'unverified-holiday', days: ['2026-11-26'], dueWithout: '2026-11-26' },
  ]);
  assert.deepEqual(derive('2024-11-22', 4, B).notes, [], 'the list of 2024 was read');
});

test('a statutory clock takes no pause and sees no closure; a target does both', () => {
  assert.throws(
    () => derive('2026-11-20', 4, B, { pauses: [pause] }),
    (error) => error instanceof Refusal && error.reason === 'pause-of-statute',
  );
  const closed = withRows(row('2026-11-24', 'closure'));
  assert.deepEqual(derive('2026-11-20', 4, B, { calendar: closed }), derive('2026-11-20', 4, B));
  assert.equal(derive('2026-11-20', 4, B, { calendar: closed, kind: 'target' }).due, '2026-11-30');
  const target = derive('2026-11-20', 4, B, { kind: 'target', pauses: [pause] });
  assert.equal(target.due, '2026-12-03', 'Mon 23 counts, 24 to 30 do not, then 1, 2 and 3 December');
  assert.deepEqual(replay(target), target);
  const days = derive('2026-11-20', 10, C, { kind: 'target', pauses: [pause], rollForward: false });
  assert.equal(days.due, '2026-12-07', 'ten days and seven of pause');
  const month = derive('2026-11-20', 1, 'month', {
    kind: 'target',
    pauses: [pause, pause],
    rollForward: false,
  });
  assert.equal(month.due, '2026-12-27', 'the same seven days twice are seven');
});

test('a new holiday gives a new deadline and a difference; the old one stays', () => {
  const old = derive('2026-12-07', 4, B);
  const before = structuredClone(old);
  assert.equal(old.due, '2026-12-11');
  const { deadline, difference } = rederive(old, { calendar: withRows(row('2026-12-09', 'proclaimed')) });
  assert.deepEqual(old, before);
  assert.equal(deadline.due, '2026-12-14');
  assert.deepEqual(difference, {
    was: { due: '2026-12-11', dueAt: '2026-12-12T05:00:00Z' },
    is: { due: '2026-12-14', dueAt: '2026-12-15T05:00:00Z' },
    moved: 3,
    because: [{ day: '2026-12-09', is: { why: 'holiday', name: { en: 'Storm', es: 'Tormenta' } } }],
  });
  const back = rederive(deadline, { calendar });
  assert.deepEqual(back.deadline, old);
  assert.equal(back.difference.moved, -3);
  assert.deepEqual(
    back.difference.because.map(({ day, was }) => [day, was?.why]),
    [['2026-12-09', 'holiday']],
  );
  const same = rederive(old, { calendar: withRows(row('2026-12-15', 'proclaimed')) });
  assert.deepEqual([same.deadline, same.difference.moved, same.difference.because], [old, 0, []]);
});

test('a new holiday on a last day that stands moves nothing, and the difference names it', () => {
  const old = derive('2026-11-10', 30, C);
  const { deadline, difference } = rederive(old, { calendar: withRows(row('2026-12-10', 'proclaimed')) });
  assert.deepEqual([deadline.due, difference.moved], ['2026-12-10', 0]);
  assert.deepEqual(
    difference.because.map(({ day }) => day),
    ['2026-12-10'],
  );
});

test('re-deriving keeps the pauses unless it is given others', () => {
  const old = derive('2026-11-20', 4, B, { kind: 'target', pauses: [pause] });
  assert.deepEqual(rederive(old, { calendar }).deadline, old);
  const { difference } = rederive(old, { calendar, pauses: [] });
  assert.deepEqual([difference.is.due, difference.because[0]?.was?.why], ['2026-11-27', 'pause']);
  assert.throws(() => rederive(derive('2026-11-20', 4, B), { calendar, pauses: [pause] }), /never pauses/);
});

test('a derivation that somebody changed does not replay to itself', () => {
  const deadline = derive('2026-11-20', 4, B);
  const forged = { ...deadline, due: '2026-12-27' };
  assert.notDeepEqual(replay(forged), forged);
  assert.notDeepEqual(replay({ ...deadline, count: 3 }), { ...deadline, count: 3 });
  const { known } = deadline;
  assert.ok(known);
  const emptied = { ...deadline, known: { ...known, holidays: [] } };
  assert.notDeepEqual(replay(emptied), emptied);
});

test('what lies beyond the calendar is refused where the calendar is asked', () => {
  const outside = { reason: 'outside-calendar', message: /covers 2000-01-01 to 2040-12-31/ };
  assert.throws(() => derive('2040-12-28', 4, B), outside);
  assert.throws(() => derive('1999-12-20', 4, B), outside);
  assert.throws(() => derive('2040-12-28', 30, C), outside);
  assert.throws(
    () => derive('2040-12-01', 30, C, { rollForward: true, calendar: withRows(row('2040-12-31', 'legal')) }),
    outside,
  );
  assert.equal(derive('2026-11-20', 50, 'year', { rollForward: false }).due, '2076-11-20');
});

test('input that makes no sense is refused with a sentence', () => {
  const at = '2026-11-20';
  for (const count of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2026_11_20])
    assert.throws(() => derive(at, count, B), { reason: 'invalid', message: /whole number/ }, String(count));
  for (const wrong of ['2026-02-30', '2026-11-20T12:00', 'yesterday', '', '20.11.2026'])
    assert.throws(() => derive(wrong, 4, B), { reason: 'invalid', message: /neither a day/ }, wrong);
  assert.throws(() => derive(at, 4, B, { zone: 'America/Danbury' }), /no time zone "America\/Danbury"/);
  assert.throws(() => derive(at, 4, B, { rule: '' }), /needs the rule/);
  assert.throws(() => derive('2026-11-20T12:00:00Z', 4, 'hour', { rollForward: true }), /hours run on/);
  assert.throws(() => derive('9999-12-31', 4, C, { rollForward: false }), /beyond the year 9999/);
  const refused = (change: Partial<Pause>, message: RegExp) => {
    const pauses = [{ ...pause, ...change }];
    assert.throws(() => derive(at, 4, B, { kind: 'target', pauses }), { reason: 'invalid', message });
  };
  refused({ to: '2026-11-23' }, /in order/);
  refused({ from: 'soon' }, /in order/);
  refused({ reason: '' }, /needs a reason/);
  refused({ to: '9999-12-31' }, /longer than 5000 days/);
  assert.throws(
    () => derive('2026-11-20T12:00:00Z', 4, 'hour', { kind: 'target', pauses: [pause] }),
    /period in hours cannot/,
  );
});
