import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { businessDay, type Calendar, type Day, type Holiday, makeCalendar, plusDays } from './calendar.ts';
import { type DeadlineInput, deriveDeadline, type Pause, rederive, replay } from './deadline.ts';

/** Laws that hold for every calendar, rule and day; fast-check looks for the one that breaks them. */

const range = { from: '2026-01-01', to: '2028-12-31' };
const dayNumber = fc.integer({ min: 0, max: 365 });
const toDay = (number: number) => plusDays('2026-01-01', number);
const day = dayNumber.map(toDay);
// Dense, so that runs of holidays and holidays on weekends are common.
const nearDay = fc.integer({ min: 0, max: 440 }).map(toDay);

function rowsOf(days: readonly Day[], kind: Holiday['kind'], unverified?: boolean): Holiday[] {
  return [...new Set(days)].map((each) => {
    const name = { en: each, es: each };
    return { day: each, name, kind, source: 'test', ...(unverified ? { unverified } : {}) };
  });
}

const holidays = fc
  .tuple(fc.array(nearDay, { maxLength: 60 }), fc.array(nearDay, { maxLength: 10 }))
  .map(([sure, unsure]) => {
    const known = new Set(sure);
    const doubtful = unsure.filter((each) => !known.has(each));
    return [...rowsOf(sure, 'legal'), ...rowsOf(doubtful, 'proclaimed', true)];
  });
const closures = fc.array(nearDay, { maxLength: 20 }).map((days) => rowsOf(days, 'closure'));
const pauses = fc.array(
  fc.tuple(nearDay, fc.integer({ min: 0, max: 20 })).map(
    ([from, length]): Pause => ({
      from,
      to: plusDays(from, length),
      kind: 'payment',
      reason: 'asked to pay',
    }),
  ),
  { maxLength: 4 },
);
const unit = fc.constantFrom<DeadlineInput['period']['unit']>(
  'business-day',
  'calendar-day',
  'month',
  'year',
);
const rollForward = fc.constantFrom<DeadlineInput['rollForward']>(true, false, 'not-specified');

type Case = Omit<DeadlineInput, 'calendar'> & { rows: Holiday[]; calendar: Calendar };
const anyCase: fc.Arbitrary<Case> = fc
  .record({
    at: day,
    unit,
    n: fc.integer({ min: 1, max: 60 }),
    rollForward,
    holidays,
    closures,
    pauses,
    target: fc.boolean(),
  })
  .map(({ at, unit, n, rollForward, holidays, closures, pauses, target }) => {
    const rows = [...holidays, ...closures];
    const count = unit === 'year' ? 1 : unit === 'month' ? 1 + (n % 12) : n;
    return {
      trigger: { event: 'filed', at },
      zone: 'America/New_York',
      period: { count, unit },
      kind: target ? 'target' : 'statutory',
      rule: 'a.rule',
      rollForward,
      pauses: target ? pauses : [],
      rows,
      calendar: makeCalendar(range, rows),
    };
  });

const law = <T extends unknown[]>(
  name: string,
  arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
  holds: (...values: T) => void,
) =>
  test(name, () =>
    fc.assert(
      fc.property(fc.tuple<T>(...arbitraries), (values) => holds(...values)),
      { numRuns: 300 },
    ),
  );

law('every derivation replays to its result, also through JSON', [anyCase], (input: Case) => {
  const deadline = deriveDeadline(input);
  assert.deepEqual(replay(deadline), deadline);
  assert.deepEqual(replay(JSON.parse(JSON.stringify(deadline))), deadline);
});

law('a holiday more never makes a date earlier', [anyCase, nearDay], (input: Case, added: Day) => {
  fc.pre(!input.calendar.holidays.has(added));
  const calendar = makeCalendar(range, [...input.rows, ...rowsOf([added], 'legal')]);
  const old = deriveDeadline(input);
  const { deadline, difference } = rederive(old, { calendar });
  assert.ok(deadline.due >= old.due, `${old.due} became ${deadline.due}`);
  assert.ok(deadline.dueAt >= old.dueAt);
  assert.equal(difference.moved > 0, deadline.due > old.due);
  // What moved has a cause, and the added day is the only one.
  if (difference.moved > 0)
    assert.deepEqual(
      difference.because.map((each) => each.day),
      [added],
    );
});

law('an unverified holiday names a date without it that is never later', [anyCase], (input: Case) => {
  const { due, notes, skipped, passed } = deriveDeadline(input);
  const doubtful = [...skipped, ...passed].filter((each) => each.why === 'holiday' && each.unverified);
  const note = notes.find(({ kind }) => kind === 'unverified-holiday');
  assert.equal(note !== undefined, doubtful.length > 0);
  if (note?.kind !== 'unverified-holiday') return;
  const days = doubtful.map((each) => each.day);
  assert.deepEqual(note.days, days);
  assert.ok(note.dueWithout <= due);
});

law('a pause more never makes a target earlier', [anyCase, pauses], (input: Case, more: Pause[]) => {
  const target = { ...input, kind: 'target' as const };
  const old = deriveDeadline(target);
  assert.ok(deriveDeadline({ ...target, pauses: [...(input.pauses ?? []), ...more] }).due >= old.due);
});

law('a longer period is never due earlier', [anyCase], (input: Case) => {
  const { unit, count } = input.period;
  const longer = { ...input, period: { unit, count: count + 1 } };
  // Two years and a half hold every case, but a year more than the last one may leave the calendar.
  if (unit !== 'year') assert.ok(deriveDeadline(longer).due >= deriveDeadline(input).due);
});

law('a later event is never due earlier', [anyCase, day], (input: Case, other: Day) => {
  const at = String(input.trigger.at);
  const [first, second] = at < other ? [at, other] : [other, at];
  const due = (from: Day) => deriveDeadline({ ...input, trigger: { event: 'filed', at: from } }).due;
  assert.ok(due(first) <= due(second));
});

law(
  'a statutory date is the same whatever closures there are, and takes no pause',
  [anyCase, pauses],
  (input, more) => {
    const { pauses: _, ...rest } = input as Case;
    const statutory = { ...rest, kind: 'statutory' as const };
    const open = makeCalendar(
      range,
      input.rows.filter(({ kind }) => kind !== 'closure'),
    );
    assert.deepEqual(deriveDeadline(statutory), deriveDeadline({ ...statutory, calendar: open }));
    if (more.length > 0)
      assert.throws(() => deriveDeadline({ ...statutory, pauses: more }), { reason: 'pause-of-statute' });
  },
);

law(
  'counted days are as many as the period says, in order, after the event, and each day is counted or skipped',
  [anyCase],
  (input: Case) => {
    const { trigger, counted, skipped, passed, due, count, unit } = deriveDeadline(input);
    assert.deepEqual(
      counted.map(({ n }) => n),
      Array.from({ length: count }, (_, index) => index + 1),
    );
    const days = counted.map((each) => each.day);
    assert.deepEqual(days, [...days].sort());
    assert.ok((days[0] ?? '') > trigger.day);
    const last = days.at(-1) ?? '';
    assert.equal(
      due,
      plusDays(last, passed.length),
      'only days passed over lie between the last day and the date',
    );
    if (unit === 'month' || unit === 'year') return;
    const walked = [...days, ...skipped.map((each) => each.day)].sort();
    const every: Day[] = [];
    for (let each = plusDays(trigger.day, 1); each <= last; each = plusDays(each, 1)) every.push(each);
    assert.deepEqual(walked, every);
  },
);

law('business days end on a business day, and count exactly those', [anyCase], (input: Case) => {
  const closures = input.kind === 'target';
  const { due, counted } = deriveDeadline({ ...input, period: { ...input.period, unit: 'business-day' } });
  assert.ok(businessDay(input.calendar, due, { closures }));
  assert.equal(counted.at(-1)?.day, due);
  for (const each of counted) assert.ok(businessDay(input.calendar, each.day, { closures }), each.day);
});

law(
  'a rule that runs on ends on a business day; without it the date is that of the calendar',
  [anyCase],
  (input: Case) => {
    fc.pre(input.period.unit !== 'business-day');
    const closures = input.kind === 'target';
    const due = (rollForward: DeadlineInput['rollForward']) => deriveDeadline({ ...input, rollForward }).due;
    assert.ok(businessDay(input.calendar, due(true), { closures }));
    assert.equal(due('not-specified'), due(false));
    assert.ok(due(true) >= due(false));
  },
);

law(
  'the end of a day is the last instant of it',
  [day, fc.constantFrom('America/New_York', 'UTC', 'Pacific/Auckland')],
  (at: Day, zone: string) => {
    const input = {
      trigger: { event: 'filed', at },
      zone,
      period: { count: 1, unit: 'calendar-day' as const },
    };
    const calendar = makeCalendar(range, []);
    const { due, dueAt } = deriveDeadline({
      ...input,
      kind: 'statutory',
      rule: 'a',
      rollForward: false,
      calendar,
    });
    const local = (time: number) => new Date(time).toLocaleDateString('en-CA', { timeZone: zone });
    assert.equal(local(Date.parse(dueAt) - 1), due);
    assert.equal(local(Date.parse(dueAt)), plusDays(due, 1));
  },
);
