import type { JsonObject } from '../../../kit/chain.ts';
import type { Ctx } from '../../../kit/context.ts';
import { withTransaction } from '../../../kit/database.ts';
import { Problem } from '../../../kit/problem.ts';
import { checkPermission, recordAudit } from '../../../people/index.ts';
import { findImportDataset } from './import-desk.ts';

/**
 * Has a file stored by the mapping whose preview somebody saw. Errors: not-allowed, not-found; too-late, when it was
 * not previewed, or has been stored or forgotten.
 */
export async function confirmImport(ctx: Ctx, input: { upload: string }): Promise<void> {
  checkPermission(ctx, 'import-readings');
  const dataset = await findImportDataset(ctx, input);
  checkPermission(ctx, 'import-readings', dataset);
  await withTransaction(ctx.app, async (tx) => {
    const { rows } = await tx.query<{ fileName: string; mapping: JsonObject }>(
      `update private.import_file set state = 'queued', part = null, error = null, attempts = 0
       where id::text = $1 and state = 'staged' and preview is not null returning file_name as "fileName", mapping`,
      [input.upload],
    );
    const [confirmed] = rows;
    if (!confirmed)
      throw new Problem('too-late', 'This file was not previewed, or has been stored or forgotten.');
    await recordAudit(tx, ctx, {
      kind: 'import-confirmed',
      subject: `dataset:${dataset.id}`,
      content: {
        dataset: dataset.slug,
        upload: input.upload,
        file: confirmed.fileName,
        mapping: confirmed.mapping,
      },
    });
  });
  ctx.emit({ kind: 'dataset-changed', datasetId: dataset.id });
}
