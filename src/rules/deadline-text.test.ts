import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { parse } from 'yaml';
import { type DeadlineInput, deriveDeadline } from './deadline.ts';
import { deadlineNotes, deadlineText } from './deadline-text.ts';
import { calendarOf, holidaysFile } from './holidays.ts';

const file = await readFile(new URL('../../cities/connecticut/holidays.yaml', import.meta.url), 'utf8');
const calendar = calendarOf(holidaysFile.parse(parse(file, { merge: true })));

type Unit = DeadlineInput['period']['unit'];
function derive(event: string, at: string, count: number, unit: Unit, more: Partial<DeadlineInput> = {}) {
  const [zone, rule] = ['America/New_York', 'a.rule'];
  const period = { count, unit };
  return deriveDeadline({ trigger: { event, at }, zone, period, kind: 'statutory', rule, calendar, ...more });
}

test('a short count names each day, in both languages', () => {
  const deadline = derive('filed', '2026-11-20', 4, 'business-day');
  assert.equal(
    deadlineText(deadline, 'en'),
    'Filed Fri 20 Nov 2026: day 1 Mon 23, 2 Tue 24, 3 Wed 25, Thu 26 skipped (Thanksgiving), 4 Fri 27; due Fri 27 Nov',
  );
  assert.equal(
    deadlineText(deadline, 'es'),
    'Presentado el vie 20 nov 2026: día 1 lun 23, 2 mar 24, 3 mié 25, jue 26 no cuenta (Día de Acción de Gracias), 4 vie 27; vence el vie 27 nov',
  );
});

test('month and year stand where they change', () => {
  assert.equal(
    deadlineText(derive('received', '2026-12-29', 4, 'business-day'), 'en'),
    "Received Tue 29 Dec 2026: day 1 Wed 30, 2 Thu 31, Fri 1 Jan 2027 skipped (New Year's Day), 3 Mon 4, 4 Tue 5; due Tue 5 Jan 2027",
  );
});

test('a long count shows its first days, what is skipped, and the last', () => {
  assert.equal(
    deadlineText(derive('decided', '2026-11-20', 30, 'calendar-day'), 'en'),
    'Decided Fri 20 Nov 2026: day 1 Sat 21, 2 Sun 22, 3 Mon 23, … 30 Sun 20 Dec; due Sun 20 Dec',
  );
  assert.equal(
    deadlineText(derive('filed', '2026-12-18', 10, 'business-day'), 'en'),
    "Filed Fri 18 Dec 2026: day 1 Mon 21, 2 Tue 22, 3 Wed 23, … Fri 25 skipped (Christmas), … Fri 1 Jan 2027 skipped (New Year's Day), … 10 Tue 5; due Tue 5 Jan 2027",
  );
});

test('many skipped days are told by their number', () => {
  const text = deadlineText(derive('filed', '2026-01-02', 200, 'business-day'), 'en');
  assert.match(
    text,
    /Fri 19 Jun skipped \(Juneteenth\), … 3 more days skipped, … 200 Thu 22 Oct; due Thu 22 Oct$/,
  );
  assert.ok(text.length < 420, String(text.length));
  assert.match(
    deadlineText(derive('filed', '2026-01-02', 200, 'business-day'), 'es'),
    /… 3 días más que no cuentan, … 200/,
  );
});

test('days of a pause are told together, over weekends', () => {
  const pauses = [
    { from: '2026-12-07', to: '2026-12-15', kind: 'clarification', reason: 'waiting for an answer' },
  ];
  const deadline = derive('filed', '2026-12-04', 2, 'business-day', { kind: 'target', pauses });
  assert.equal(
    deadlineText(deadline, 'en'),
    'Filed Fri 4 Dec 2026: Mon 7 to Tue 15 skipped (clock paused: waiting for an answer), day 1 Wed 16, 2 Thu 17; due Thu 17 Dec',
  );
  assert.match(
    deadlineText(deadline, 'es'),
    /lun 7 a mar 15 no cuentan \(plazo en pausa: waiting for an answer\)/,
  );
});

test('months, years and hours', () => {
  const month = derive('mailed', '2027-01-31', 1, 'month');
  assert.equal(deadlineText(month, 'en'), 'Mailed Sun 31 Jan 2027: 1 month; due Sun 28 Feb');
  assert.equal(
    deadlineText(month, 'es'),
    'Enviado por correo el dom 31 ene 2027: 1 mes; vence el dom 28 feb',
  );
  const hours = derive('issued', '2027-03-13T20:05:00Z', 24, 'hour');
  assert.equal(deadlineText(hours, 'en'), 'Issued Sat 13 Mar 2027, 15:05: 24 hours; due Sun 14 Mar, 16:05');
  assert.equal(
    deadlineText(derive('filed', '2026-11-26', 1, 'year', { rollForward: true }), 'es'),
    'Presentado el jue 26 nov 2026: 1 año; vence el vie 26 nov 2027',
  );
});

test('a date that runs on says over which days', () => {
  assert.equal(
    deadlineText(derive('decided', '2026-11-25', 30, 'calendar-day', { rollForward: true }), 'en'),
    'Decided Wed 25 Nov 2026: day 1 Thu 26, 2 Fri 27, 3 Sat 28, … 30 Fri 25 Dec, Fri 25 passed over (Christmas), Sat 26 to Sun 27 passed over (weekend); due Mon 28 Dec',
  );
});

test('an event may bring its own words, or goes by its name', () => {
  const deadline = derive('hearing', '2026-11-20', 1, 'business-day');
  assert.match(deadlineText(deadline, 'en', { en: 'Heard', es: 'Oído' }), /^Heard Fri 20/);
  assert.match(deadlineText(deadline, 'es', { en: 'Heard', es: 'Oído' }), /^Oído el vie 20/);
  assert.match(deadlineText(deadline, 'en'), /^hearing Fri 20/);
});

test('notes say what the sources do not', () => {
  assert.deepEqual(deadlineNotes(derive('decided', '2026-11-20', 30, 'calendar-day'), 'en'), [
    'Sun 20 Dec 2026 is no business day (weekend). The sources do not say whether the period then runs on, so the date itself stands.',
  ]);
  const filed = derive('filed', '2026-11-20', 4, 'business-day');
  assert.deepEqual(deadlineNotes(filed, 'en'), [
    'Thu 26 Nov 2026 is counted as a holiday without a source that was read; if it is none, the date is Thu 26 Nov 2026.',
  ]);
  assert.deepEqual(deadlineNotes(filed, 'es'), [
    'Sin una fuente leída, se cuenta como feriado: jue 26 nov 2026. Si no lo es, la fecha es el jue 26 nov 2026.',
  ]);
  const [two] = deadlineNotes(derive('filed', '2026-04-01', 170, 'business-day'), 'en');
  assert.match(two ?? '', /^Fri 3 Apr 2026 and Thu 26 Nov 2026 are counted as holidays .* if they are none/);
  assert.deepEqual(deadlineNotes(derive('filed', '2026-12-07', 4, 'business-day'), 'en'), []);
});
