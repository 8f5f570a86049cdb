import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { parse } from 'yaml';
import { type Holiday, makeCalendar, weekday } from './calendar.ts';
import { calendarOf, expectedHolidays, holidayFaults, holidaysFile } from './holidays.ts';

const text = await readFile(new URL('../../cities/connecticut/holidays.yaml', import.meta.url), 'utf8');
const file = holidaysFile.parse(parse(text, { merge: true }));
const calendar = calendarOf(file);

for (let year = 2000; year <= 2040; year++) {
  test(`${year}: the rows are what the formulas expect, and no others`, () => {
    const [from, to] = [`${year}-01-01`, `${year}-12-31`];
    const rows = file.holidays
      .filter(({ day }) => day >= from && day <= to)
      .map(({ day, kind }) => [day, kind]);
    assert.deepEqual(
      rows,
      expectedHolidays(from, to).map(({ day, kind }) => [day, kind]),
    );
  });
}

test('the whole file: 2000 to 2040, weekdays only, without faults', () => {
  assert.deepEqual([file.from, file.to], ['2000-01-01', '2040-12-31']);
  assert.deepEqual(holidayFaults(calendar), []);
  assert.equal(calendar.holidays.size, file.holidays.length);
  assert.equal(file.holidays.length, 509);
  for (const { day } of file.holidays) assert.ok(weekday(day) % 6 !== 0, day);
  assert.equal(calendar.closures.size, 0);
});

// Copied from the lists by eye, not from the formulas.
const lists = {
  // Department of Administrative Services, Observance of Holidays – 2014
  2014: '01-01 01-20 02-12 02-17 04-18 05-26 07-04 09-01 10-13 11-11 11-27 12-25',
  // Department of Administrative Services, State of CT holidays, 2024
  2024: '01-01 01-15 02-12 02-19 03-29 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25',
};
for (const [year, days] of Object.entries(lists)) {
  test(`${year}: the rows are the state's published list`, () => {
    const rows = file.holidays.map(({ day }) => day).filter((day) => day.startsWith(year));
    assert.deepEqual(
      rows,
      days.split(' ').map((day) => `${year}-${day}`),
    );
  });
}

test('a holiday on a Saturday is kept on Friday, on a Sunday on Monday, also across the year', () => {
  const name = (day: string) => calendar.holidays.get(day)?.name.en;
  assert.equal(name('2026-07-03'), 'Independence Day, observed');
  assert.equal(name('2027-07-05'), 'Independence Day, observed');
  assert.equal(name('2027-12-31'), "New Year's Day, observed");
  assert.equal(name('2028-01-03'), undefined);
  assert.equal(name('2023-01-02'), "New Year's Day, observed");
  assert.equal(name('2028-02-11'), 'Lincoln Day, observed');
});

test('Juneteenth has rows from 2023 on', () => {
  const years = file.holidays
    .filter(({ name }) => name.en.startsWith('Juneteenth'))
    .map(({ day }) => day.slice(0, 4));
  assert.deepEqual(
    years,
    Array.from({ length: 18 }, (_, index) => String(2023 + index)),
  );
});

test('what nobody has read is unverified: proclaimed days of all years but 2014 and 2024', () => {
  for (const { day, kind, unverified } of calendar.holidays.values()) {
    const read = kind === 'legal' || day.startsWith('2014') || day.startsWith('2024');
    assert.equal(unverified ?? false, !read, day);
  }
});

test('a row too many, a row too few and a wrong kind are found', () => {
  const rows = [...calendar.holidays.values()];
  const faults = (changed: Holiday[]) => holidayFaults(makeCalendar(file, changed)).map(({ day }) => day);
  assert.deepEqual(faults(rows.filter(({ day }) => day !== '2031-02-12')), ['2031-02-12']);
  const extra: Holiday = { day: '2031-02-13', name: { en: 'x', es: 'x' }, kind: 'legal', source: 'x' };
  assert.deepEqual(faults([...rows, extra]), ['2031-02-13']);
  assert.deepEqual(faults([...rows, { ...extra, kind: 'proclaimed' }]), [], 'any day may be proclaimed');
  assert.deepEqual(
    faults(rows.map((row) => (row.day === '2031-02-12' ? { ...row, kind: 'proclaimed' } : row))),
    ['2031-02-12'],
  );
  const moved = rows.map((row) => (row.day === '2026-07-03' ? { ...row, day: '2026-07-06' } : row));
  assert.deepEqual(faults(moved), ['2026-07-03', '2026-07-06']);
});

test('a file with an unknown name, a day twice or a source that is not described is refused', () => {
  const first = file.holidays[0];
  assert.ok(first);
  assert.equal(holidaysFile.safeParse({ ...file, hollidays: [] }).success, false);
  assert.equal(holidaysFile.safeParse({ ...file, holidays: [{ ...first, note: 'x' }] }).success, false);
  assert.equal(
    holidaysFile.safeParse({ ...file, holidays: [{ ...first, day: '2026-02-30' }] }).success,
    false,
  );
  assert.throws(() => calendarOf({ ...file, holidays: [first, first] }), /there twice/);
  assert.throws(
    () => calendarOf({ ...file, holidays: [{ ...first, source: 'toString' }] }),
    /"toString" is not/,
  );
});
