import { Temporal } from 'temporal-polyfill';
import {
  type Calendar,
  type Day,
  dayOff,
  daysBetween,
  type Holiday,
  isDay,
  makeCalendar,
  type Off,
  plusDays,
  Refusal,
} from './calendar.ts';

/**
 * A deadline is derived once, from an event and a rule, and carries its derivation: every day counted, every day skipped
 * and why, and what was known of the calendar. It never moves by itself: a changed calendar or a pause is given to
 * `rederive`, whose new deadline and difference are for an event. Plain data, fit for JSON.
 */

/** ISO 8601, with its offset or Z. */
export type Instant = string;
export type PeriodUnit = 'business-day' | 'calendar-day' | 'month' | 'year' | 'hour';
/** A statute's clock never pauses and sees no local closure; a city's own target does both. */
export type ClockKind = 'statutory' | 'target';
/** Whether a last day on a weekend or holiday runs on to the next business day. Many sources do not say. */
export type RollForward = boolean | 'not-specified';
/** Days on which a target's clock stands, the first and the last among them. */
export type Pause = { from: Day; to: Day; kind: string; reason: string };

export type DeadlineInput = {
  trigger: { event: string; at: Instant | Day };
  /** IANA name: it tells the day of an instant, and when a day ends. */
  zone: string;
  period: { count: number; unit: PeriodUnit };
  kind: ClockKind;
  rule: string;
  /** Without it: `not-specified`. Nothing to say for business days, whose last day is one. */
  rollForward?: RollForward;
  calendar: Calendar;
  pauses?: readonly Pause[];
};

export type Why = Off | { why: 'pause'; kind: string; reason: string };
export type Skipped = { day: Day } & Why;

export type Note =
  /** The date stands, since no source says what happens when it is no business day. */
  | { kind: 'last-day-off'; day: Day; off: Why }
  /** Days skipped as holidays on nobody's reading, and the date that holds if they are none. */
  | { kind: 'unverified-holiday'; days: Day[]; dueWithout: Day };

export type Deadline = {
  trigger: { event: string; at: Instant | Day; day: Day };
  zone: string;
  count: number;
  unit: PeriodUnit;
  kind: ClockKind;
  rule: string;
  rollForward: RollForward;
  pauses: Pause[];
  /** The days that count, from 1; for months and years the day on which each is full; none for hours. */
  counted: { day: Day; n: number }[];
  skipped: Skipped[];
  /** Days between the last counted one and `due`, passed over because the rule runs on to a business day. */
  passed: Skipped[];
  due: Day;
  /** From this instant on it is too late: the end of `due` in the zone, or the full hour. */
  dueAt: Instant;
  notes: Note[];
  /** What was known of the days that were asked about; absent when the calendar was not asked. */
  known?: { from: Day; to: Day; holidays: Holiday[]; closures: Holiday[] };
};

export type DeadlineDifference = {
  was: { due: Day; dueAt: Instant };
  is: { due: Day; dueAt: Instant };
  /** Calendar days that the date moved; negative when it is earlier. */
  moved: number;
  /** The days that counted then and do not now, or the other way round. Absent: it counted. */
  because: { day: Day; was?: Why; is?: Why }[];
};

// So that a slip (a year typed as a count) ends in a sentence. Limits of the software; no rule that we know comes near.
const longest: Record<PeriodUnit, number> = {
  'business-day': 5000,
  'calendar-day': 5000,
  month: 1200,
  year: 100,
  hour: 5000,
};

/** @throws Refusal with what is wrong and what to do */
export function deriveDeadline(input: DeadlineInput): Deadline {
  const deadline = derive(input);
  const doubtful = [...deadline.skipped, ...deadline.passed].filter(
    (skip) => skip.why === 'holiday' && skip.unverified,
  );
  if (doubtful.length === 0) return deadline;
  const verified = [...input.calendar.holidays].filter(([, holiday]) => !holiday.unverified);
  const without = derive({ ...input, calendar: { ...input.calendar, holidays: new Map(verified) } });
  const days = doubtful.map(({ day }) => day);
  deadline.notes.push({ kind: 'unverified-holiday', days, dueWithout: without.due });
  return deadline;
}

/** The derivation run again from what it holds; equal to it, unless somebody changed it. */
export function replay(deadline: Deadline): Deadline {
  const { known } = deadline;
  return deriveDeadline({ ...inputOf(deadline), calendar: known ? calendarOf(known) : nothingKnown });
}

/**
 * The deadline under a calendar as it now is, or with other pauses (all of them). Nothing is changed: the caller
 * records the difference as an event and stores the new deadline.
 */
export function rederive(
  old: Deadline,
  now: { calendar: Calendar; pauses?: readonly Pause[] },
): { deadline: Deadline; difference: DeadlineDifference } {
  const { calendar, pauses = old.pauses } = now;
  const deadline = deriveDeadline({ ...inputOf(old), pauses, calendar });
  const skips = ({ skipped, passed, notes }: Deadline) =>
    new Map<Day, Why>([
      ...notes.flatMap((note) => (note.kind === 'last-day-off' ? [[note.day, note.off] as const] : [])),
      ...[...skipped, ...passed].map(({ day, ...why }) => [day, why] as const),
    ]);
  const [before, after] = [skips(old), skips(deadline)];
  // Beyond the earlier of the two dates only one of them walked; what it met there is no cause.
  const both = old.due < deadline.due ? old.due : deadline.due;
  const because = [...new Set([...before.keys(), ...after.keys()])]
    .filter((day) => day <= both && JSON.stringify(before.get(day)) !== JSON.stringify(after.get(day)))
    .sort()
    .map((day) => {
      const [was, is] = [before.get(day), after.get(day)];
      return { day, ...(was ? { was } : {}), ...(is ? { is } : {}) };
    });
  const moved = daysBetween(old.due, deadline.due);
  const ends = ({ due, dueAt }: Deadline) => ({ due, dueAt });
  return { deadline, difference: { was: ends(old), is: ends(deadline), moved, because } };
}

function inputOf(deadline: Deadline): Omit<DeadlineInput, 'calendar'> {
  const { trigger, zone, count, unit, kind, rule, rollForward, pauses } = deadline;
  const { event, at } = trigger;
  return { trigger: { event, at }, zone, period: { count, unit }, kind, rule, rollForward, pauses };
}

/** Refuses every day, so that a replay shows that the calendar was not asked. */
const nothingKnown: Calendar = {
  from: '9999-12-31',
  to: '0001-01-01',
  holidays: new Map(),
  closures: new Map(),
};

function calendarOf({ from, to, holidays, closures }: NonNullable<Deadline['known']>): Calendar {
  return makeCalendar({ from, to }, [...holidays, ...closures]);
}

function derive(input: DeadlineInput): Deadline {
  check(input);
  const { trigger, zone, period, kind, rule, calendar } = input;
  const { count, unit } = period;
  const rollForward = input.rollForward ?? 'not-specified';
  const pauses = [...(input.pauses ?? [])];
  const target = kind === 'target';
  const start = dayOf(trigger.at, zone);
  const counted: Deadline['counted'] = [];
  const skipped: Skipped[] = [];
  const passed: Skipped[] = [];
  const notes: Note[] = [];
  let asked: { from: Day; to: Day } | undefined;

  const paused = (day: Day): Why | undefined => {
    const pause = pauses.find(({ from, to }) => from <= day && day <= to);
    return pause && { why: 'pause', kind: pause.kind, reason: pause.reason };
  };
  const off = (day: Day): Why | undefined => {
    const why = dayOff(calendar, day, { closures: target });
    asked = {
      from: asked && asked.from < day ? asked.from : day,
      to: asked && asked.to > day ? asked.to : day,
    };
    return why ?? paused(day);
  };
  let last = start;
  let walked = 0;
  /** Walks on from `last` until `enough` days in all were met for which `why` has no reason to skip. */
  const walk = (enough: number, why: (day: Day) => Why | undefined, each?: (day: Day) => void) => {
    while (walked < enough) {
      last = plusDays(last, 1);
      const reason = why(last);
      if (reason) skipped.push({ day: last, ...reason });
      else {
        walked++;
        each?.(last);
      }
    }
  };
  const note = (day: Day) => counted.push({ day, n: counted.length + 1 });

  let dueAt: Instant | undefined;
  if (unit === 'hour') {
    const end = Temporal.Instant.from(trigger.at).add({ hours: count });
    dueAt = end.toString();
    last = end.toZonedDateTimeISO(zone).toPlainDate().toString();
  } else if (unit === 'business-day') walk(count, off, note);
  else if (unit === 'calendar-day') walk(count, paused, note);
  else {
    for (let n = 1; n <= count; n++) {
      // From the first day each time: 31 January, 28 February, 31 March. A month without the day ends on its last.
      const full = Temporal.PlainDate.from(start).add(unit === 'month' ? { months: n } : { years: n });
      walk(daysBetween(start, full.toString()), paused);
      note(last);
    }
  }

  let due = last;
  if (unit !== 'business-day' && rollForward !== false) {
    let reason = off(due);
    if (rollForward === 'not-specified') {
      if (reason) notes.push({ kind: 'last-day-off', day: due, off: reason });
    } else {
      for (; reason; reason = off(due)) {
        passed.push({ day: due, ...reason });
        due = plusDays(due, 1);
      }
    }
  }
  const { at, event } = trigger;
  return {
    trigger: { event, at, day: start },
    zone,
    count,
    unit,
    kind,
    rule,
    rollForward,
    pauses,
    counted,
    skipped,
    passed,
    due,
    dueAt: dueAt ?? endOf(due, zone),
    notes,
    ...(asked ? { known: { ...asked, ...rowsOf(calendar, asked, target) } } : {}),
  };
}

function rowsOf(calendar: Calendar, { from, to }: { from: Day; to: Day }, target: boolean) {
  const within = (rows: ReadonlyMap<Day, Holiday>) =>
    [...rows.values()]
      .filter(({ day }) => from <= day && day <= to)
      .sort((a, b) => (a.day < b.day ? -1 : 1))
      .map((row) => ({ ...row }));
  return { holidays: within(calendar.holidays), closures: target ? within(calendar.closures) : [] };
}

/** The day on which an instant falls in the zone; a day is itself. */
function dayOf(at: Instant | Day, zone: string): Day {
  return isDay(at) ? at : Temporal.Instant.from(at).toZonedDateTimeISO(zone).toPlainDate().toString();
}

/** The first instant that is no longer of the day; where the clocks change, a day has 23 or 25 hours. */
function endOf(day: Day, zone: string): Instant {
  return Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime(zone).toInstant().toString();
}

function check({ trigger, zone, period, kind, rule, rollForward, pauses = [] }: DeadlineInput): void {
  const invalid = (message: string) => new Refusal('invalid', message);
  const { count, unit } = period;
  if (!rule) throw invalid('A deadline needs the rule that it comes from');
  if (!Number.isInteger(count) || count < 1 || count > longest[unit])
    throw invalid(`A period (${unit}) is a whole number from 1 to ${longest[unit]}, not ${count}`);
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
  } catch {
    throw invalid(`There is no time zone "${zone}"; name it as the IANA database does`);
  }
  if (!isDay(trigger.at)) {
    try {
      Temporal.Instant.from(trigger.at);
    } catch {
      throw invalid(`"${trigger.at}" is neither a day (YYYY-MM-DD) nor an instant with its offset`);
    }
  } else if (unit === 'hour') {
    throw invalid(`${count} hours are counted from an instant; ${trigger.at} is a day`);
  }
  if (unit === 'hour' && rollForward === true)
    throw invalid('No source says how hours run on to a business day; give the rule its hours or its days');
  if (pauses.length === 0) return;
  if (kind === 'statutory') {
    const message = `The clock of ${rule} is set by law and never pauses; only a city's own target does`;
    throw new Refusal('pause-of-statute', message);
  }
  if (unit === 'hour') throw invalid('A pause is counted in days; a period in hours cannot have one');
  for (const { from, to, reason } of pauses) {
    if (!isDay(from) || !isDay(to) || from > to)
      throw invalid(`A pause needs its first and last day in order, not ${from} to ${to}`);
    if (daysBetween(from, to) > longest['calendar-day'])
      throw invalid(`The pause from ${from} to ${to} is longer than ${longest['calendar-day']} days`);
    if (!reason) throw invalid(`The pause from ${from} to ${to} needs a reason`);
  }
}
