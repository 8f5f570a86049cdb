import type { JsonObject } from '../../kit/chain.ts';
import type { Queryable } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import type { Rule } from '../../rules/index.ts';
import { readSeries, type Series, type Standing, standingOf } from './series.ts';

/**
 * A disposition is the leave to destroy what is due of one series, under one record of its rule: two people, and a form
 * of the state with its number and date. It is in force from its approval until somebody ends it, also for what a hold
 * keeps back meanwhile. `until` bounds it by the time of the readings; without, it stands for whatever falls due, which
 * only a rule that orders destruction allows.
 */
export const disposition = 'disposition';

export type DispositionWish = { series: string; until: string | null; formNumber: string; formDate: string };

/** What an approval is about; another rule, or another record of it, is another question. */
export function beforeOf({ dataset, series, ruleId, duty, clock }: Series, standing: Standing): JsonObject {
  const { rule } = standing;
  return {
    dataset,
    series,
    rule: ruleId,
    recordedAt: rule?.recordedAt ?? null,
    says: rule?.says.en ?? null,
    period: rule ? periodOf(rule) : null,
    duty,
    clock,
  };
}

function periodOf({ value }: Rule): JsonObject | null {
  if (value.state !== 'specified' || value.value.kind !== 'period') return null;
  const { count, unit, from } = value.value;
  return { count, unit, from };
}

/** A series and how it stands. Errors: not-found, conflict where nothing can ever be due. */
export async function readDisposable(
  db: Queryable,
  now: Date,
  given: { dataset: string; series: string },
): Promise<{ series: Series; standing: Standing & { rule: Rule } }> {
  const [series] = await readSeries(db, 'd.slug = $1 and s.series = $2', [given.dataset, given.series]);
  if (!series) throw new Problem('not-found', 'This series has no retention rule. Set one first.');
  const standing = standingOf(series, now);
  if (standing.due === null)
    throw new Problem(
      'conflict',
      `Nothing of this series is ever due: its rule gives no period that can be counted (${standing.why}).`,
    );
  return { series, standing };
}
