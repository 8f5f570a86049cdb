import type { Day, Rule } from '../../rules/index.ts';

/** Safe for the browser. */
/** After how many months a text should be looked at again: a default of the software; no law sets it. */
export const recheckMonths = 12;

export type LastLook = {
  /** Null: nobody has looked at a text. */
  day: Day | null;
  /** Of the last comparison; null: the day is that of reading. */
  result: string | null;
};

/** When a rule's texts were last looked at: its last check, else the day on which the oldest of them was read. */
export function lastLook({ value }: Rule, check: { day: Day; result: string } | undefined): LastLook {
  if (check) return { day: check.day, result: check.result };
  const parts = value.state === 'conflict' ? value.candidates : [value];
  const days = parts.flatMap((part) =>
    part.state === 'not-specified'
      ? [part.checkedAt]
      : part.cite.filter(({ how }) => how !== 'memory').map(({ readAt }) => readAt),
  );
  return { day: days.toSorted()[0] ?? null, result: null };
}
