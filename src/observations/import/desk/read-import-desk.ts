import type { Ctx } from '../../../kit/context.ts';
import { checkPermission } from '../../../people/index.ts';
import { findImportDataset, type ImportDataset, type ImportUpload } from './import-desk.ts';

/** What a data steward sees of the files of readings of late. Errors: not-allowed, not-found. */
export async function readImportDesk(
  ctx: Ctx,
  input: { dataset: string },
): Promise<{ dataset: ImportDataset; uploads: ImportUpload[] }> {
  checkPermission(ctx, 'import-readings');
  const dataset = await findImportDataset(ctx, input);
  checkPermission(ctx, 'import-readings', dataset);
  const { rows: uploads } = await ctx.app.query<ImportUpload>(
    `select u.id, u.file_name as "fileName", u.state, u.proposal, u.mapping, u.preview, u.summary, u.error,
       u.part::float8 as part, to_json(u.made_at) #>> '{}' as "madeAt",
       coalesce((select coalesce(p.name, p.email) from private.person p where 'person:' || p.id = u.actor), u.actor) as by,
       (select coalesce(json_agg(json_build_object('line', r.line, 'column', r.column_name, 'value', r.value, 'reason', r.reason)
          order by r.number), '[]') from private.import_reject r where r.upload_id = u.id and r.number <= 5) as rejects
     from private.import_file u where u.dataset_id = $1 order by u.id desc limit 20`,
    [dataset.id],
  );
  return { dataset, uploads };
}
