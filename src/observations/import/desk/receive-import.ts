import { basename } from 'node:path';
import type { Ctx } from '../../../kit/context.ts';
import { keepFile, withIncoming } from '../../../kit/files/staged-file.ts';
import { isProblem } from '../../../kit/problem.ts';
import { checkPermission, nameOf } from '../../../people/index.ts';
import { type Proposal, proposeMapping } from '../propose-mapping.ts';
import { sampleFile } from '../sample-file.ts';
import { findImportDataset } from './import-desk.ts';

/**
 * Takes a file of readings for a dataset: keeps it for a day, and proposes what it means. Nothing is stored before
 * somebody has looked at that. Errors: not-allowed, not-found; invalid, when it is too large. A file that cannot be read
 * is in the history with the reason.
 */
export async function receiveImport(
  ctx: Ctx,
  input: { dataset: string; fileName: string; content: AsyncIterable<Uint8Array> },
): Promise<{ upload: string; proposal: Proposal | null; error: string | null }> {
  checkPermission(ctx, 'import-readings');
  const dataset = await findImportDataset(ctx, input);
  checkPermission(ctx, 'import-readings', dataset);
  const fileName =
    basename(input.fileName.replaceAll('\\', '/'))
      .replaceAll(/\p{Cc}/gu, '')
      .slice(0, 200) || 'file';
  return withIncoming(input.content, async (path, bytes) => {
    const { rows } = await ctx.app.query<{ id: string }>(
      `insert into private.import_file (dataset_id, file_name, bytes, state, actor, made_at)
       values ($1, $2, $3, 'receiving', $4, $5) returning id`,
      [dataset.id, fileName, bytes, nameOf(ctx.actor), ctx.clock.now()],
    );
    const upload = rows[0]?.id as string;
    let proposal: Proposal | null = null;
    let error: string | null = null;
    try {
      // The dataset is there already: of these members its slug alone is used.
      const about = {
        slug: dataset.slug,
        title: dataset.title.slice(0, 200),
        description: dataset.title,
        topic: 'other' as const,
        license: 'not-stated',
        source: fileName,
      };
      proposal = proposeMapping(await sampleFile(path), { dataset: about, zone: dataset.zone });
      await keepFile(ctx, 'import_file_part', upload, path);
    } catch (caught) {
      if (!isProblem(caught)) throw caught;
      error = caught.message.replaceAll(`${path}: `, '').replaceAll(path, 'the file');
    }
    await ctx.app.query(
      `update private.import_file set state = $2, proposal = $3, mapping = $4, error = $5, finished_at = $6 where id = $1`,
      [
        upload,
        error ? 'failed' : 'staged',
        proposal && JSON.stringify(proposal).replaceAll('\\u0000', ''),
        proposal && JSON.stringify(proposal.mapping).replaceAll('\\u0000', ''),
        error,
        error ? ctx.clock.now() : null,
      ],
    );
    return { upload, proposal, error };
  });
}
