import type { Ctx } from '../../../kit/context.ts';
import { Problem } from '../../../kit/problem.ts';
import { checkPermission } from '../../../people/index.ts';
import { readMapping } from '../read-mapping.ts';
import { findImportDataset } from './import-desk.ts';

/**
 * Has a file read by a mapping as somebody corrected it, to see what it would store. Errors: not-allowed, not-found;
 * invalid, with what is wrong in the mapping; too-late, when it has been stored or forgotten.
 */
export async function previewUpload(ctx: Ctx, input: { upload: string; mapping: unknown }): Promise<void> {
  checkPermission(ctx, 'import-readings');
  const dataset = await findImportDataset(ctx, input);
  checkPermission(ctx, 'import-readings', dataset);
  const text = JSON.stringify(input.mapping);
  const { mapping } = readMapping(text, 'mapping');
  if (!('datastreams' in mapping)) throw new Problem('invalid', 'A register is imported by the command.');
  const { rowCount } = await ctx.app.query(
    `update private.import_file set state = 'previewing', mapping = $2, preview = null, part = null, error = null, attempts = 0
     where id::text = $1 and state = 'staged'`,
    [input.upload, text],
  );
  if (rowCount === 0) throw new Problem('too-late', 'This file has been stored or forgotten already.');
  ctx.emit({ kind: 'dataset-changed', datasetId: dataset.id });
}
