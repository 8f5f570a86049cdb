import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { checkPermission, decideProposal, lockProposal, recordAudit } from '../people/index.ts';
import { caseErasure, readErasable } from './case-erasure.ts';
import { appendEvent, lockCase } from './events.ts';

/**
 * Approves or declines an erasure that another person proposed. When it is approved, what the case said is gone with the
 * commit. Errors: signed-out, not-allowed, not-found, too-late, conflict (another version, or the case has gone on), invalid.
 */
export async function decideCaseErasure(
  ctx: Ctx,
  input: { proposal: string; version: string; decision: 'approved' | 'declined'; reason: string },
): Promise<void> {
  checkPermission(ctx, 'decide-case-erasure');
  await withTransaction(ctx.app, async (tx) => {
    const proposal = await lockProposal(tx, caseErasure, input.proposal);
    checkPermission(ctx, 'decide-case-erasure', proposal);
    const on = await lockCase(tx, String(proposal.content.before.case));
    const approved = input.decision === 'approved';
    await decideProposal(tx, ctx, proposal, {
      ...input,
      before: approved ? await readErasable(tx, on) : proposal.content.before,
    });
    if (!approved) return;
    // From here on the database lets go of what this case says, and of nothing else (0025).
    await tx.query('insert into private.case_erasure (case_id, proposal_id, erased_at) values ($1, $2, $3)', [
      on.id,
      proposal.id,
      ctx.clock.now(),
    ]);
    for (const table of ['case_event_content', 'case_document', 'case_note'])
      await tx.query(`delete from private.${table} where case_id = $1`, [on.id]);
    await tx.query(
      `update private.case_party set name = null, email = null, address = null, person_id = null where case_id = $1`,
      [on.id],
    );
    await tx.query(`update private.case_record set title = '–' where id = $1`, [on.id]);
    await tx.query(`update private.case_task set title = '–' where case_id = $1`, [on.id]);
    await appendEvent(tx, ctx, on, {
      kind: 'content-erased',
      audience: 'parties',
      content: { proposal: proposal.id, reason: proposal.reason },
    });
    await recordAudit(tx, ctx, {
      kind: 'case-content-erased',
      subject: `case:${on.id}`,
      content: { case: on.number, proposal: proposal.id, reason: proposal.reason },
    });
  });
}
