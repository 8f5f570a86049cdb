import type { Ctx } from '../../kit/context.ts';
import {
  checkPermission,
  isPermitted,
  nameOf,
  type Proposal,
  permittedSql,
  proposalJson,
} from '../../people/index.ts';
import type { Rule } from '../../rules/index.ts';
import { type Change, type ProposedRule, ruleChange } from './rule-change.ts';

export type WaitingRule = {
  id: string;
  version: string;
  reason: string;
  proposer: string;
  proposedAt: string;
  before: Rule | null;
  after: ProposedRule;
  /** The rule that it ends, as it stood at the proposal. */
  closes: { id: string; validTo: string; rule: Rule } | null;
  own: boolean;
  mayDecide: boolean;
};

/** The changes of rules that wait for a second person, within the asker's places. Errors: signed-out, not-allowed. */
export async function listRuleProposals(ctx: Ctx): Promise<WaitingRule[]> {
  checkPermission(ctx, 'see-rules');
  const values: unknown[] = [ruleChange];
  const seen = permittedSql(ctx, 'see-rules', { place: 'p.place' }, values);
  const { rows } = await ctx.app.query<{ proposal: Proposal & { proposer: string } }>(
    `select ${proposalJson('p')} as proposal from private.proposal p
     where p.kind = $1 and p.decision is null and ${seen} order by p.proposed_at, p.id`,
    values,
  );
  return rows.map(({ proposal }) => {
    const change = proposal.content.after as unknown as Change;
    return {
      id: proposal.id,
      version: proposal.version,
      reason: proposal.reason,
      proposer: proposal.proposer,
      proposedAt: proposal.proposedAt,
      before: proposal.content.before.rule as unknown as Rule | null,
      after: change.rule,
      closes: change.closes
        ? { ...change.closes, rule: proposal.content.before.closed as unknown as Rule }
        : null,
      own: proposal.proposedBy === nameOf(ctx.actor),
      mayDecide: isPermitted(ctx, 'decide-rule', proposal),
    };
  });
}
