import { Temporal } from 'temporal-polyfill';
import { type Day, plusDays, type Words, weekday } from './calendar.ts';
import type { Deadline, PeriodUnit, Skipped, Why } from './deadline.ts';

/** A derivation in words, in English and Spanish: for pages, letters and the log of a case. */

type Language = keyof Words;

const weekdays = {
  en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
  es: ['dom', 'lun', 'mar', 'mié', 'jue', 'vie', 'sáb'],
};
const months = {
  en: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
  es: ['ene', 'feb', 'mar', 'abr', 'may', 'jun', 'jul', 'ago', 'sep', 'oct', 'nov', 'dic'],
};
const events: Record<string, Words> = {
  asked: { en: 'Asked', es: 'Preguntado' },
  decided: { en: 'Decided', es: 'Decidido' },
  denied: { en: 'Denied', es: 'Denegado' },
  filed: { en: 'Filed', es: 'Presentado' },
  issued: { en: 'Issued', es: 'Emitido' },
  mailed: { en: 'Mailed', es: 'Enviado por correo' },
  received: { en: 'Received', es: 'Recibido' },
};
const units: Record<Language, Record<PeriodUnit, [one: string, many: string]>> = {
  en: {
    'business-day': ['business day', 'business days'],
    'calendar-day': ['calendar day', 'calendar days'],
    month: ['month', 'months'],
    year: ['year', 'years'],
    hour: ['hour', 'hours'],
  },
  es: {
    'business-day': ['día hábil', 'días hábiles'],
    'calendar-day': ['día natural', 'días naturales'],
    month: ['mes', 'meses'],
    year: ['año', 'años'],
    hour: ['hora', 'horas'],
  },
};
const words = {
  en: {
    on: '',
    day: 'day',
    to: 'to',
    skipped: (why: string, _one: boolean) => `skipped (${why})`,
    more: (days: number) => `… ${days} more ${days === 1 ? 'day' : 'days'} skipped`,
    passed: (day: string, why: string) => `${day} passed over (${why})`,
    due: (day: string) => `due ${day}`,
    weekend: 'weekend',
    pause: (reason: string) => `clock paused: ${reason}`,
    lastDayOff: (day: string, why: string) =>
      `${day} is no business day (${why}). The sources do not say whether the period then runs on, so the date itself stands.`,
    unverified: (days: string, one: boolean, due: string) =>
      `${days} ${one ? 'is' : 'are'} counted as ${one ? 'a holiday' : 'holidays'} without a source that was read; if ${one ? 'it is' : 'they are'} none, the date is ${due}.`,
    and: 'and',
  },
  es: {
    on: 'el ',
    day: 'día',
    to: 'a',
    skipped: (why: string, one: boolean) => `${one ? 'no cuenta' : 'no cuentan'} (${why})`,
    more: (days: number) => `… ${days} ${days === 1 ? 'día más que no cuenta' : 'días más que no cuentan'}`,
    passed: (day: string, why: string) => `se pasa por alto: ${day} (${why})`,
    due: (day: string) => `vence el ${day}`,
    weekend: 'fin de semana',
    pause: (reason: string) => `plazo en pausa: ${reason}`,
    lastDayOff: (day: string, why: string) =>
      `El ${day} no es día hábil (${why}). Las fuentes no dicen si el plazo se prorroga entonces, así que vale la fecha misma.`,
    unverified: (days: string, one: boolean, due: string) =>
      `Sin una fuente leída, se ${one ? 'cuenta como feriado' : 'cuentan como feriados'}: ${days}. Si no lo ${one ? 'es' : 'son'}, la fecha es el ${due}.`,
    and: 'y',
  },
};

/** Longer counts show their first three days, what is skipped, and the last. */
const shownWhole = 7;
const mostRuns = 6;

/**
 * "Filed Fri 20 Nov 2026: day 1 Mon 23, …; due Fri 27 Nov". Weekends go without saying. `event` gives the words for an
 * event that is not among ours ("Filed", "Mailed", …), as they stand before a date.
 */
export function deadlineText(deadline: Deadline, language: Language, event?: Words): string {
  const say = words[language];
  const write = dateWriter(language);
  const { trigger, count, unit, counted, skipped, passed, due, dueAt, zone } = deadline;
  const name = (event ?? events[trigger.event])?.[language] ?? trigger.event;
  const hours = unit === 'hour';
  const time = (at: string) => {
    const { hour, minute } = Temporal.Instant.from(at).toZonedDateTimeISO(zone);
    return `, ${hour}:${String(minute).padStart(2, '0')}`;
  };
  const start = `${name} ${say.on}${write(trigger.day)}${hours ? time(trigger.at) : ''}`;

  const parts: string[] = [];
  const byDay = unit === 'business-day' || unit === 'calendar-day';
  if (!byDay) parts.push(`${count} ${units[language][unit][count === 1 ? 0 : 1]}`);
  const runs = runsOf(skipped);
  let before = trigger.day;
  for (const entry of entriesOf(byDay ? counted : [], runs.slice(0, mostRuns))) {
    const hidden = byDay && counted.some(({ day }) => before < day && day < entry.from);
    const gap = hidden ? '… ' : '';
    if ('n' in entry) {
      if (entry.n === count) parts.push(...moreOf(runs.slice(mostRuns), language));
      parts.push(`${gap}${entry.n === 1 ? `${say.day} ` : ''}${entry.n} ${write(entry.from)}`);
    } else {
      const days = range(entry, say.to, write);
      parts.push(`${gap}${days} ${say.skipped(reasonOf(entry.why, language), entry.from === entry.to)}`);
    }
    before = entry.to;
  }
  if (!byDay) parts.push(...moreOf(runs.slice(mostRuns), language));
  for (const run of runsOf(passed, true))
    parts.push(say.passed(range(run, say.to, write), reasonOf(run.why, language)));

  const end = `${dateIn(due, language, trigger.day)}${hours ? time(dueAt) : ''}`;
  return `${start}: ${parts.join(', ')}; ${say.due(end)}`;
}

/** What a reader must know of the date beside the count; one sentence or two for each note. */
export function deadlineNotes(deadline: Deadline, language: Language): string[] {
  const say = words[language];
  const full = (day: Day) => dateIn(day, language);
  return deadline.notes.map((note) => {
    if (note.kind === 'last-day-off') return say.lastDayOff(full(note.day), reasonOf(note.off, language));
    const list = note.days.map(full);
    const joined =
      list.length > 1 ? `${list.slice(0, -1).join(', ')} ${say.and} ${list.at(-1)}` : `${list[0]}`;
    return say.unverified(joined, list.length === 1, full(note.dueWithout));
  });
}

/** Days skipped one after another for one reason; a weekend between them does not part them. */
type Run = { from: Day; to: Day; why: Why; days: number };

function runsOf(skipped: readonly Skipped[], weekends = false): Run[] {
  const runs: Run[] = [];
  for (const { day, ...why } of skipped) {
    if (why.why === 'weekend' && !weekends) continue;
    const run = runs.at(-1);
    if (run && JSON.stringify(run.why) === JSON.stringify(why) && touches(run.to, day)) {
      run.to = day;
      run.days++;
    } else runs.push({ from: day, to: day, why, days: 1 });
  }
  return runs;
}

function touches(earlier: Day, later: Day): boolean {
  let day = plusDays(earlier, 1);
  while (day < later && weekday(day) % 6 === 0) day = plusDays(day, 1);
  return day === later;
}

type Entry = Run | { from: Day; to: Day; n: number };

/** What the text names, in the order of the days. */
function entriesOf(counted: Deadline['counted'], runs: Run[]): Entry[] {
  const count = counted.length;
  const shown = counted
    .filter(({ n }) => count <= shownWhole || n <= 3 || n === count)
    .map(({ day, n }) => ({ from: day, to: day, n }));
  return [...shown, ...runs].sort((a, b) => (a.from < b.from ? -1 : 1));
}

function moreOf(hidden: readonly Run[], language: Language): string[] {
  const days = hidden.reduce((sum, run) => sum + run.days, 0);
  return days > 0 ? [words[language].more(days)] : [];
}

function reasonOf(why: Why, language: Language): string {
  if (why.why === 'weekend') return words[language].weekend;
  return why.why === 'pause' ? words[language].pause(why.reason) : why.name[language];
}

function range({ from, to }: { from: Day; to: Day }, join: string, write: (day: Day) => string): string {
  return from === to ? write(from) : `${write(from)} ${join} ${write(to)}`;
}

/** Writes one date after another; the month and the year only where they change. */
function dateWriter(language: Language): (day: Day) => string {
  let last = '';
  return (day) => {
    const parts = [`${weekdays[language][weekday(day)]} ${Number(day.slice(8))}`];
    if (day.slice(0, 7) !== last.slice(0, 7)) parts.push(`${months[language][Number(day.slice(5, 7)) - 1]}`);
    if (day.slice(0, 4) !== last.slice(0, 4)) parts.push(day.slice(0, 4));
    last = day;
    return parts.join(' ');
  };
}

/** With its month; with its year unless that is the year of the other day. */
function dateIn(day: Day, language: Language, other = ''): string {
  const whole = dateWriter(language)(day);
  return day.slice(0, 4) === other.slice(0, 4) ? whole.slice(0, -5) : whole;
}
