import type { Ctx } from '../../kit/context.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission, isPermitted } from '../../people/index.ts';
import { inForce, knownRules, type Rule } from '../../rules/index.ts';
import { readRulebook } from '../read-rulebook.ts';
import { responsiblePlace } from './rule-change.ts';

export type RuleCheck = { recordedAt: string; result: string; note: string; by: string; at: string };
export type RuleFile = {
  id: string;
  /** Newest first; who recorded each, who proposed it and why (null: an import, or not told), when the next took its place. */
  records: {
    rule: Rule;
    by: string;
    proposed: { by: string; reason: string } | null;
    until: string | null;
  }[];
  /** Other rules in force or once in force for the same question. */
  others: { id: string; validFrom: string | null; validTo: string | null }[];
  /** Empty, and `seesChecks` false, for who works elsewhere. */
  checks: RuleCheck[];
  seesChecks: boolean;
  waiting: boolean;
  mayPropose: boolean;
  mayCheck: boolean;
};

type Recorded = { at: Date; by: string; proposer: string | null; reason: string | null };

/** One rule with its history in both times and the comparisons with its text. Errors: signed-out, not-allowed, not-found. */
export async function readRule(ctx: Ctx, input: { rule: string }): Promise<RuleFile> {
  checkPermission(ctx, 'see-rules');
  const book = await readRulebook(ctx);
  const own = book.rules.filter(({ id }) => id === input.rule).toReversed();
  const newest = own[0];
  if (!newest) throw new Problem('not-found', `There is no rule “${input.rule}”.`);
  const place = responsiblePlace(book.places, newest.place);
  const seesChecks = isPermitted(ctx, 'see-rules', { place });
  const named = (column: string) =>
    `coalesce((select coalesce(p.name, p.email) from private.person p where 'person:' || p.id = ${column}), ${column})`;
  const { rows: recorded } = await ctx.app.query<Recorded>(
    `select r.recorded_at as at, ${named('r.recorded_by')} as by, p.by as proposer, p.reason
     from released.rule r left join lateral (
       select ${named('w.proposed_by')} as by, w.reason from private.proposal w
       where $2 and w.kind = 'rule-change' and w.subject = 'rule:' || r.id and w.decision = 'approved'
         and w.content -> 'after' -> 'rule' = r.body - 'recordedAt' - 'supersedes' and w.decided_at <= r.recorded_at
       order by w.decided_at desc limit 1) p on true
     where r.id = $1`,
    [input.rule, seesChecks],
  );
  const { rows: checks } = await ctx.app.query<
    Omit<RuleCheck, 'at' | 'recordedAt'> & Record<'at' | 'recordedAt', Date>
  >(
    `select recorded_at as "recordedAt", result, note, ${named('checked_by')} as by, checked_at as at
     from private.rule_check where rule_id = $1 and $2 order by checked_at desc, id desc`,
    [input.rule, seesChecks],
  );
  const { rows: open } = await ctx.app.query(
    `select from private.proposal where kind = 'rule-change' and subject = $1 and decision is null`,
    [`rule:${input.rule}`],
  );
  const recordOf = new Map(recorded.map((row) => [new Date(row.at).getTime(), row]));
  const superseding = (rule: Rule) =>
    book.rules.find(
      ({ supersedes }) =>
        supersedes?.id === rule.id && Date.parse(supersedes.recordedAt) === Date.parse(rule.recordedAt),
    );
  const sameQuestion = ({ topic, aspect, place, custodian, id }: Rule) =>
    id !== newest.id &&
    topic === newest.topic &&
    aspect === newest.aspect &&
    place === newest.place &&
    custodian === newest.custodian;
  return {
    id: input.rule,
    records: own.map((rule) => {
      const row = recordOf.get(Date.parse(rule.recordedAt));
      const proposed = row?.proposer ? { by: row.proposer, reason: row.reason ?? '' } : null;
      return { rule, by: row?.by ?? '', proposed, until: superseding(rule)?.recordedAt ?? null };
    }),
    others: [...book.current.values()].filter(sameQuestion).map(({ id, value }) => ({
      id,
      validFrom: value.validFrom ?? null,
      validTo: value.validTo ?? null,
    })),
    checks: checks.map((check) => ({
      ...check,
      at: new Date(check.at).toISOString(),
      recordedAt: new Date(check.recordedAt).toISOString(),
    })),
    seesChecks,
    waiting: seesChecks && open.length > 0,
    mayPropose: isPermitted(ctx, 'propose-rule', { place }),
    mayCheck: isPermitted(ctx, 'check-rule', { place }),
  };
}

/** Which record answered for a day of law, by what was known at a time; undefined when none did. */
export function recordAt(records: readonly Rule[], lawDay: string, knownAt: string): Rule | undefined {
  return knownRules(records, knownAt).find(({ value }) => inForce(value, lawDay));
}
