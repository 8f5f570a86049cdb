import { Temporal } from 'temporal-polyfill';
import type { Rulebook } from '../rulebook/index.ts';
import {
  type Calendar,
  type Day,
  type Deadline,
  type DeadlineInput,
  deadlineNotes,
  deadlineText,
  deriveDeadline,
  inForce,
  makeCalendar,
  type PeriodValue,
  Refusal,
  type SpecifiedRule,
} from '../rules/index.ts';
import type { Language } from '../ui/language.ts';
import { readDay } from './work-field.ts';
import type { Faults, WorkFields } from './work-kind.ts';

/** A day worked out from a rule that holds a period: the form, and what comes out. Pure. */
export type PeriodRule = SpecifiedRule<PeriodValue>;
export type DeadlineWork = {
  kind: 'deadline';
  /** What the day of the form is, in the words of the rule's source. */
  from: string;
  hours: boolean;
  zone: string;
  faults: Faults;
  result?:
    | { state: 'worked-out'; day: Day; due: Day; dueAt: string; text: string; notes: string[] }
    /** The rule was not in force on the day: nothing is counted with it. */
    | { state: 'not-in-force'; day: Day };
};

/** How a day of an event is named before its date; the words of the sources on the left. */
const events: [RegExp, { en: string; es: string }][] = [
  [/^mailing\b/, { en: 'Mailed', es: 'Enviado por correo' }],
  [/^receipt\b/, { en: 'Received', es: 'Recibido' }],
  [/^request\b/, { en: 'Filed', es: 'Presentado' }],
  [/^appeal\b/, { en: 'Filed', es: 'Presentado' }],
  [/^denial$/, { en: 'Denied', es: 'Denegado' }],
];
const otherwise = { en: 'Counted from', es: 'Contado desde' };

/** `fields` is undefined where the form was not sent. */
export function workDeadline(
  book: Rulebook,
  rule: PeriodRule,
  language: Language,
  fields: WorkFields | undefined,
): DeadlineWork {
  const value = rule.value.value;
  const here = book.places.find(({ slug, state }) => slug === rule.place || state === rule.place);
  const zone = here?.timeZone ?? 'UTC';
  const faults: Faults = {};
  const hours = value.unit === 'hour';
  const work: DeadlineWork = { kind: 'deadline', from: value.from, hours, zone, faults };
  if (!fields) return work;
  const day = readDay(fields, 'day', faults);
  const at = day && (hours ? instantOf(day, fields, zone, faults) : day);
  if (!day || !at || Object.keys(faults).length > 0) return work;
  if (!inForce(rule.value, day)) return { ...work, result: { state: 'not-in-force', day } };
  try {
    const deadline = deriveDeadline({
      trigger: { event: value.from, at },
      zone,
      period: { count: value.count, unit: value.unit },
      kind: value.statutory ? 'statutory' : 'target',
      rule: rule.id,
      calendar: calendarFor(book, rule.place, here?.state),
    } satisfies DeadlineInput);
    return { ...work, result: { state: 'worked-out', ...read(deadline, language) } };
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason !== 'outside-calendar') throw error;
    faults.day = 'beyond-calendar';
    return work;
  }
}

function read(deadline: Deadline, language: Language) {
  const words = events.find(([pattern]) => pattern.test(deadline.trigger.event))?.[1] ?? otherwise;
  const { trigger, due, dueAt } = deadline;
  return {
    day: trigger.day,
    due,
    dueAt,
    text: deadlineText(deadline, language, words),
    notes: deadlineNotes(deadline, language),
  };
}

function instantOf(day: Day, fields: WorkFields, zone: string, faults: Faults): string | undefined {
  const text = (fields.time ?? '').trim();
  if (text === '') faults.time = 'missing';
  else if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(text)) faults.time = 'no-time';
  if (faults.time) return undefined;
  try {
    return Temporal.PlainDateTime.from(`${day}T${text}`)
      .toZonedDateTime(zone, { disambiguation: 'reject' })
      .toInstant()
      .toString();
  } catch {
    // Where the clocks change, an hour is missing or comes twice.
    faults.time = 'time-twice';
    return undefined;
  }
}

/** The state's holidays, and the closures of the rule's own city, which move its targets alone. */
function calendarFor(book: Rulebook, place: string, state: string | undefined): Calendar {
  const holidays = book.calendars.get(state ?? '');
  const own = place === state ? undefined : book.calendars.get(place);
  if (!holidays) return own ?? nothingKnown;
  if (!own) return holidays;
  const closures = [...own.closures.values()].filter(({ day }) => day >= holidays.from && day <= holidays.to);
  return makeCalendar(holidays, [...holidays.holidays.values(), ...closures]);
}

/** Refuses every day. */
const nothingKnown: Calendar = {
  from: '9999-12-31',
  to: '0001-01-01',
  holidays: new Map(),
  closures: new Map(),
};
