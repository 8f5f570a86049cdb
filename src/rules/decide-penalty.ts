import type { Answer } from './closest-rule.ts';
import type { PricedPenalty } from './penalty.ts';
import type { SpecifiedRule } from './rule.ts';

export type Discretion = { kind: 'variance' | 'accommodation'; rule: Answer };
export type DecidedPenalty =
  | {
      state: 'decided';
      cents: number;
      reason: string;
      discretion?: { kind: Discretion['kind']; rule: SpecifiedRule };
    }
  | {
      state: 'refused';
      why: 'above-most' | 'not-cents' | 'no-reason' | 'below-least' | 'discretion-not-specified';
    };

/**
 * The sum that a person sets within what the rules allow. A text that names one sum needs no reason; choosing within a
 * range needs one; below its lower end it takes a variance or accommodation as well, by a rule that is specified.
 */
export function decidePenalty(
  penalty: PricedPenalty,
  choice: { cents: number; reason?: string; discretion?: Discretion },
): DecidedPenalty {
  const { least, most } = penalty.amount;
  const reason = choice.reason?.trim() ?? '';
  if (!Number.isSafeInteger(choice.cents) || choice.cents < 0) return { state: 'refused', why: 'not-cents' };
  if (choice.cents > most) return { state: 'refused', why: 'above-most' };
  if (choice.cents < most && reason === '') return { state: 'refused', why: 'no-reason' };
  if (choice.cents >= (least ?? 0)) return { state: 'decided', cents: choice.cents, reason };
  if (!choice.discretion) return { state: 'refused', why: 'below-least' };
  const { kind, rule } = choice.discretion;
  if (rule.found !== 'rule' || rule.doubts.length > 0 || rule.rule.aspect !== 'discretion')
    return { state: 'refused', why: 'discretion-not-specified' };
  return { state: 'decided', cents: choice.cents, reason, discretion: { kind, rule: rule.rule } };
}
