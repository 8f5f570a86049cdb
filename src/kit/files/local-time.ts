import { Temporal } from 'temporal-polyfill';
import { Problem } from '../problem.ts';

/** Microseconds since 1970-01-01T00:00Z. Exact as a JavaScript number until the year 2255. */
export type Instant = number;

/**
 * What a clock time in a zone can mean: one instant, two (the hour that summer time repeats), or none (the hour that it
 * skips). `earlier` equals `later` when there is one.
 */
export type LocalMeaning = { count: 0 } | { count: 1 | 2; earlier: Instant; later: Instant };

const day = 86_400_000_000;
const none: LocalMeaning = { count: 0 };

type Change = { at: Instant; before: number; after: number };

/**
 * The meaning of clock times in one IANA zone. Changes of the offset come from the time zone database of the runtime,
 * and are looked up once for each local day that occurs; a day without a change near it costs one map look-up.
 */
export class LocalClock {
  readonly zone: string;
  /** Offset of a local day that no change touches, or the changes near it. */
  readonly #days = new Map<number, number | Change[]>();
  readonly #years = new Map<number, Change[]>();
  #lastDay = Number.NaN;
  #last: number | Change[] = 0;

  /** @throws Problem `invalid` when there is no such zone */
  constructor(zone: string) {
    try {
      this.zone = Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone).timeZoneId;
    } catch (cause) {
      throw new Problem(
        'invalid',
        `There is no time zone "${zone}"; name it as the IANA database does, such as America/New_York`,
        {
          cause,
        },
      );
    }
  }

  /** @param local microseconds since 1970 of the clock time, as if it were UTC */
  meaning(local: number): LocalMeaning {
    const localDay = Math.floor(local / day);
    if (localDay !== this.#lastDay) {
      this.#last = this.#days.get(localDay) ?? this.#learn(localDay);
      this.#lastDay = localDay;
    }
    const known = this.#last;
    if (typeof known === 'number') {
      const at = local - known;
      return { count: 1, earlier: at, later: at };
    }
    // Near a change: an offset counts if it was in force at the instant that it gives.
    const offsets = new Set(known.flatMap((change) => [change.before, change.after]));
    const meanings = [...offsets]
      .map((offset) => local - offset)
      .filter((at) => local - at === offsetAmong(known, at));
    const earlier = Math.min(...meanings);
    const later = Math.max(...meanings);
    if (meanings.length === 0) return none;
    return { count: earlier === later ? 1 : 2, earlier, later };
  }

  #learn(localDay: number): number | Change[] {
    // No offset has been beyond 26 hours, so two days each way hold every change that can matter.
    const from = (localDay - 2) * day;
    const to = (localDay + 3) * day;
    const near = [
      ...this.#changesIn(yearOf(from)),
      ...(yearOf(from) === yearOf(to) ? [] : this.#changesIn(yearOf(to))),
    ].filter((change) => change.at >= from && change.at < to);
    const known = near.length > 0 ? near : this.#offset(from);
    this.#days.set(localDay, known);
    return known;
  }

  #changesIn(year: number): Change[] {
    const known = this.#years.get(year);
    if (known) return known;
    const changes: Change[] = [];
    const end = Date.UTC(year + 1, 0, 1);
    let here = Temporal.Instant.fromEpochMilliseconds(Date.UTC(year, 0, 1) - 1).toZonedDateTimeISO(this.zone);
    for (;;) {
      const next = here.getTimeZoneTransition('next');
      if (next === null || next.epochMilliseconds >= end) break;
      const before = next.subtract({ nanoseconds: 1 }).offsetNanoseconds / 1000;
      changes.push({ at: next.epochMilliseconds * 1000, before, after: next.offsetNanoseconds / 1000 });
      here = next;
    }
    this.#years.set(year, changes);
    return changes;
  }

  #offset(at: Instant): number {
    return (
      Temporal.Instant.fromEpochMilliseconds(Math.floor(at / 1000)).toZonedDateTimeISO(this.zone)
        .offsetNanoseconds / 1000
    );
  }
}

function offsetAmong(changes: readonly Change[], at: Instant): number {
  let offset = changes[0]?.before ?? 0;
  for (const change of changes) if (at >= change.at) offset = change.after;
  return offset;
}

function yearOf(at: Instant): number {
  return new Date(at / 1000).getUTCFullYear();
}

/** ISO 8601 in UTC, with microseconds only where there are any. */
export function formatInstant(at: Instant): string {
  const micro = ((at % 1000) + 1000) % 1000;
  const text = new Date((at - micro) / 1000).toISOString();
  return micro === 0 ? text : `${text.slice(0, -1)}${String(micro).padStart(3, '0')}Z`;
}
