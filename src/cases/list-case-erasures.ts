import type { Ctx } from '../kit/context.ts';
import { checkPermission, isPermitted, type Proposal, permittedSql, proposalJson } from '../people/index.ts';
import { caseErasure } from './case-erasure.ts';

export type WaitingErasure = Proposal & { proposer: string; mayDecide: boolean };

/** The erasures of cases that wait, within the asker's places. Errors: signed-out, not-allowed. */
export async function listCaseErasures(ctx: Ctx): Promise<WaitingErasure[]> {
  checkPermission(ctx, 'see-case-erasures');
  const values: unknown[] = [caseErasure];
  const seen = permittedSql(ctx, 'see-case-erasures', { place: 'p.place', office: 'p.office' }, values);
  const { rows } = await ctx.app.query<{ proposal: Omit<WaitingErasure, 'mayDecide'> }>(
    `select ${proposalJson('p')} as proposal from private.proposal p
     where p.kind = $1 and p.decision is null and ${seen} order by p.id`,
    values,
  );
  return rows.map(({ proposal }) => ({
    ...proposal,
    mayDecide: isPermitted(ctx, 'decide-case-erasure', proposal),
  }));
}
