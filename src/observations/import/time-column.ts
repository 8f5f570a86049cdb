import { type Instant, LocalClock } from '../../kit/files/local-time.ts';
import { compileTimeFormat, tellsOffset } from '../../kit/files/time-format.ts';
import { Problem } from '../../kit/problem.ts';
import type { ColumnIndex } from './columns.ts';
import { coverPattern, type TimeShape } from './mapping.ts';

/** When a reading was: an instant, or what it covers. */
export type Period = { start: Instant; end: Instant | undefined };

/** What a row's time says. `repeated`: the clock showed it twice, and the order of the rows must tell which it was. */
export type RowTime =
  | { kind: 'known'; period: Period }
  | { kind: 'repeated'; local: number; earlier: Period; later: Period }
  | { kind: 'wrong'; reason: string };

export type TimeColumn = {
  /** The columns' names, for the rejects file. */
  name: string;
  text: (fields: readonly string[]) => string;
  read: (text: string) => RowTime;
};

const day = 86_400_000_000;

/**
 * Makes the reader of a mapping's time columns.
 * @throws Problem `invalid` for a format or zone that cannot be used
 */
export function compileTime(shape: TimeShape, index: ColumnIndex): TimeColumn {
  const columns = shape.columns ?? (shape.column === undefined ? [] : [shape.column]);
  const places = columns.map(index);
  const first = places[0] ?? 0;
  const text =
    places.length === 1
      ? (fields: readonly string[]) => (fields[first] ?? '').trim()
      : (fields: readonly string[]) =>
          places
            .map((place) => (fields[place] ?? '').trim())
            .join(' ')
            .trim();
  const read = compileMoment(shape);
  // Wide files and files with many sensors repeat the same time row after row.
  let lastText: string | undefined;
  let last: RowTime = { kind: 'wrong', reason: '' };
  return {
    name: columns.join(' + '),
    text,
    read: (given) => {
      if (given !== lastText) {
        last = read(given);
        lastText = given;
      }
      return last;
    },
  };
}

function compileMoment(shape: TimeShape): (text: string) => RowTime {
  const reader = compileTimeFormat(shape.format);
  if (shape.zone === undefined && !tellsOffset(shape.format) && shape.format !== 'iso') {
    throw new Problem(
      'invalid',
      `The time format "${shape.format}" tells no offset from UTC: name the time zone (time.zone), UTC if it is that`,
    );
  }
  const clock = shape.zone === undefined ? undefined : new LocalClock(shape.zone);
  const cover = coverOf(shape.covers);
  const sign = shape.stamp === 'end' ? -1 : 1;

  const period = (at: Instant, local: number): Period => {
    if (cover === undefined) return { start: at, end: undefined };
    const other =
      cover.days === 0 || clock === undefined
        ? at + sign * (cover.days * day + cover.rest)
        : instantOf(clock, local + sign * cover.days * day) + sign * cover.rest;
    return sign > 0 ? { start: at, end: other } : { start: other, end: at };
  };

  return (text) => {
    if (text === '') return { kind: 'wrong', reason: 'no time' };
    const written = reader(text);
    if (written === undefined) return { kind: 'wrong', reason: `not a time in the format ${shape.format}` };
    const { local, offset } = written;
    if (offset !== undefined) return { kind: 'known', period: period(local - offset, local) };
    if (clock === undefined)
      return { kind: 'wrong', reason: 'no offset from UTC, and the mapping names no zone' };
    const meaning = clock.meaning(local);
    if (meaning.count === 0)
      return { kind: 'wrong', reason: `this local time does not exist in ${clock.zone} (summer time began)` };
    const earlier = period(meaning.earlier, local);
    if (meaning.count === 1 || shape.repeated_hour === 'earlier') return { kind: 'known', period: earlier };
    const later = period(meaning.later, local);
    if (shape.repeated_hour === 'later') return { kind: 'known', period: later };
    if (shape.repeated_hour === 'by-order') return { kind: 'repeated', local, earlier, later };
    return { kind: 'wrong', reason: `this local time occurs twice in ${clock.zone} (summer time ended)` };
  };
}

function coverOf(covers: string | undefined): { days: number; rest: number } | undefined {
  const found = covers === undefined ? null : coverPattern.exec(covers);
  if (found === null) return undefined;
  const [, days, hours, minutes, seconds] = found;
  return {
    days: Number(days ?? 0),
    rest: (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)) * 1_000_000,
  };
}

/** The instant at which a day's end falls: where the clock skips it, the moment of the skip. */
function instantOf(clock: LocalClock, local: number): Instant {
  for (let step = 0; step <= 48; step++) {
    const meaning = clock.meaning(local + step * 1_800_000_000);
    if (meaning.count !== 0) return meaning.earlier;
  }
  return local;
}
