import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { webAddress } from '../../kit/fetch-outside.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission, nameOf, recordAudit } from '../../people/index.ts';
import { findManaged } from './managed-table.ts';
import { fetchIntervals, storeModes } from './table.ts';

/**
 * Says from where a dataset's table is fetched, how often and what becomes of its rows; without an address, no more.
 * Errors: not-allowed, not-found; invalid, with the field.
 */
export async function setTableFetch(
  ctx: Ctx,
  input: { dataset: string; url: string; every: string; mode: string },
): Promise<void> {
  checkPermission(ctx, 'manage-tables');
  const dataset = await findManaged(ctx, input);
  checkPermission(ctx, 'manage-tables', dataset);
  const address = input.url.trim();
  const wrong = (field: string, message: string) => new Problem('invalid', message, { details: { field } });
  const url = address ? webAddress(address).href : '';
  if (url && !fetchIntervals.includes(input.every as 'P1D'))
    throw wrong('every', 'Choose how often it is fetched.');
  if (url && !storeModes.includes(input.mode as 'append'))
    throw wrong('mode', 'Choose what becomes of the rows.');
  await withTransaction(ctx.app, async (tx) => {
    await tx.query('delete from private.table_fetch where dataset_id = $1', [dataset.id]);
    if (url)
      await tx.query(
        `insert into private.table_fetch (dataset_id, url, every, mode, next_at, set_by) values ($1, $2, $3::interval, $4, $5, $6)`,
        [dataset.id, url, input.every, input.mode, ctx.clock.now(), nameOf(ctx.actor)],
      );
    await recordAudit(tx, ctx, {
      kind: 'table-fetch-set',
      subject: `dataset:${dataset.id}`,
      content: {
        dataset: dataset.slug,
        url: url || null,
        every: url ? input.every : null,
        mode: url ? input.mode : null,
      },
    });
  });
  ctx.emit({ kind: 'dataset-changed', datasetId: dataset.id });
}
