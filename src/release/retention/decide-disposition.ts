import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { checkPermission, decideProposal, lockProposal, recordAudit } from '../../people/index.ts';
import { beforeOf, type DispositionWish, disposition, readDisposable } from './disposition.ts';

/**
 * Approves or declines a disposition that another person proposed. It destroys nothing by itself: the next run does.
 * Errors: signed-out, not-allowed, not-found, too-late, conflict (another version, or the rule has changed), invalid.
 */
export async function decideDisposition(
  ctx: Ctx,
  input: { proposal: string; version: string; decision: 'approved' | 'declined'; reason: string },
): Promise<void> {
  checkPermission(ctx, 'decide-disposition');
  await withTransaction(ctx.app, async (tx) => {
    const proposal = await lockProposal(tx, disposition, input.proposal);
    checkPermission(ctx, 'decide-disposition', proposal);
    const { before, after } = proposal.content;
    if (input.decision === 'declined')
      return decideProposal(tx, ctx, proposal, { ...input, before: proposal.content.before });
    const { dataset, series: name } = before as { dataset: string; series: string };
    const { series, standing } = await readDisposable(tx, ctx.clock.now(), { dataset, series: name });
    await decideProposal(tx, ctx, proposal, { ...input, before: beforeOf(series, standing) });
    const { until, formNumber, formDate } = after as DispositionWish;
    await tx.query(
      `insert into private.disposition
         (proposal_id, dataset_id, series, rule_id, rule_recorded_at, until, form_number, form_date, approved_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        proposal.id,
        series.datasetId,
        series.series,
        series.ruleId,
        standing.rule.recordedAt,
        until,
        formNumber,
        formDate,
        ctx.clock.now(),
      ],
    );
    await recordAudit(tx, ctx, {
      kind: 'disposition-approved',
      subject: `dataset:${series.datasetId}`,
      content: {
        proposal: proposal.id,
        dataset,
        series: series.series,
        rule: series.ruleId,
        until,
        formNumber,
        formDate,
      },
    });
  });
}
