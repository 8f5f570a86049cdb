import type { JsonObject } from '../../kit/chain.ts';
import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission, recordAudit } from '../../people/index.ts';
import { findManaged } from './managed-table.ts';
import { type TablePlan, tablePlan } from './table.ts';

/** Reads a plan that somebody gave. Errors: invalid, with the place. */
export function parsePlan(plan: unknown): TablePlan {
  const parsed = tablePlan.safeParse(plan);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const [part, index] = issue?.path ?? [];
  const where = part === 'columns' && typeof index === 'number' ? `Column ${index + 1}: ` : '';
  throw new Problem('invalid', `${where}${issue?.message}.`, {
    details: { field: issue?.path.join('.') ?? '' },
  });
}

/**
 * Says how a file that was received is to be read and what is to be done with its rows, and puts it in the queue.
 * Errors: not-allowed, not-found; invalid, with the column; too-late, when it has been stored or forgotten.
 */
export async function confirmUpload(ctx: Ctx, input: { upload: string; plan: unknown }): Promise<void> {
  checkPermission(ctx, 'manage-tables');
  const dataset = await findManaged(ctx, input);
  checkPermission(ctx, 'manage-tables', dataset);
  const plan = parsePlan(input.plan);
  await withTransaction(ctx.app, async (tx) => {
    const { rowCount } = await tx.query(
      `update private.table_upload set state = 'queued', plan = $2, error = null, attempts = 0, finished_at = null
       where id::text = $1 and state = 'staged'`,
      [input.upload, JSON.stringify(plan)],
    );
    if (rowCount === 0) throw new Problem('too-late', 'This file has been stored or forgotten already.');
    await tx.query('delete from private.table_reject where upload_id::text = $1', [input.upload]);
    await tx.query('delete from private.table_progress where upload_id::text = $1', [input.upload]);
    await recordAudit(tx, ctx, {
      kind: 'table-confirmed',
      subject: `dataset:${dataset.id}`,
      content: { dataset: dataset.slug, upload: input.upload, plan: plan as unknown as JsonObject },
    });
  });
  // Whoever stores files hears of it (src/app.ts).
  ctx.emit({ kind: 'dataset-changed', datasetId: dataset.id });
}
