import type { Ctx } from '../../../kit/context.ts';
import { checkPermission } from '../../../people/index.ts';
import { findImportDataset } from './import-desk.ts';

/** What of a file could not be stored, as CSV: at most 10,000 faults. Errors: not-allowed, not-found. */
export async function readImportRejects(
  ctx: Ctx,
  input: { upload: string },
): Promise<{ fileName: string; body: string }> {
  checkPermission(ctx, 'import-readings');
  const dataset = await findImportDataset(ctx, input);
  checkPermission(ctx, 'import-readings', dataset);
  const { rows } = await ctx.app.query<{ line: string; column_name: string; value: string; reason: string }>(
    'select line, column_name, value, reason from private.import_reject where upload_id::text = $1 order by number',
    [input.upload],
  );
  const lines = rows.map((row) => [row.line, row.column_name, row.value, row.reason].map(field).join(','));
  return {
    fileName: `${dataset.slug}-not-stored-${input.upload}.csv`,
    body: ['line,column,value,reason', ...lines, ''].join('\r\n'),
  };
}

/** A spreadsheet must not take what a file holds for a formula. */
function field(text: string): string {
  const safe = /^[=+@\t\r-]/.test(text) && !/^[+-]?[\d.,]+$/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
