import type { Aspect, RuleValue } from '../rules/index.ts';

/** What the forms that work something out are given, and what may be wrong in a field. Safe for the browser. */
export type WorkFields = Readonly<Record<string, string>>;
export type FieldFault =
  | 'missing'
  | 'no-day'
  | 'out-of-range'
  | 'no-time'
  | 'time-twice'
  | 'no-count'
  | 'too-many'
  | 'not-before'
  | 'no-place'
  | 'beyond-calendar';
export type Faults = Record<string, FieldFault>;

/** The days that the forms take: those that the holidays on file cover. A default of the software; no law sets it. */
export const firstDay = '2000-01-01';
export const lastDay = '2040-12-31';
/** The most of one thing, and the most further days of an offense. Defaults of the software; no law sets them. */
export const mostUnits = 1_000_000;
export const mostDays = 3650;

export type WorkKind = 'deadline' | 'fee' | 'penalty';

/** What can be worked out from a rule; `value` where a source states one. A look back is no deadline: it counts the other way. */
export function workKind({
  aspect,
  value,
}: {
  aspect: Aspect;
  value?: RuleValue | undefined;
}): WorkKind | undefined {
  if (aspect === 'fee') return 'fee';
  if (aspect.startsWith('fine') || aspect === 'cap' || aspect === 'look-back') return 'penalty';
  return value?.kind === 'period' && value.count > 0 ? 'deadline' : undefined;
}
