import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission, nameOf, recordAudit } from '../../people/index.ts';

/**
 * Takes leave to destroy back: one person is enough to keep something. A run under way stops at its next batch.
 * Errors: signed-out, not-allowed, not-found, too-late (ended already), invalid (no reason).
 */
export async function endDisposition(
  ctx: Ctx,
  input: { disposition: string; reason: string },
): Promise<void> {
  checkPermission(ctx, 'end-disposition');
  const reason = input.reason.trim();
  if (reason === '' || reason.length > 1000 || reason.includes('\0'))
    throw new Problem('invalid', 'Give a reason of 1 to 1000 characters.', { details: { field: 'reason' } });
  await withTransaction(ctx.app, async (tx) => {
    const { rows } = await tx.query<{ place: string | null; office: string | null; datasetId: string }>(
      `select d.place, d.office, d.id::text as "datasetId" from private.disposition p
       join private.dataset d on d.id = p.dataset_id where p.id::text = $1`,
      [input.disposition],
    );
    const found = rows[0];
    if (!found) throw new Problem('not-found', 'There is no such disposition.');
    checkPermission(ctx, 'end-disposition', found);
    const { rowCount } = await tx.query(
      `insert into private.disposition_end (disposition_id, reason, ended_by, ended_at) values ($1, $2, $3, $4)
       on conflict do nothing`,
      [input.disposition, reason, nameOf(ctx.actor), ctx.clock.now()],
    );
    if (!rowCount) throw new Problem('too-late', 'This leave has ended already.');
    await recordAudit(tx, ctx, {
      kind: 'disposition-ended',
      subject: `dataset:${found.datasetId}`,
      content: { disposition: input.disposition, reason },
    });
  });
}
