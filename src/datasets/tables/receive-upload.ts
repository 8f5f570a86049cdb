import { basename } from 'node:path';
import type { Ctx } from '../../kit/context.ts';
import { keepFile, withIncoming } from '../../kit/files/staged-file.ts';
import { isProblem } from '../../kit/problem.ts';
import { checkPermission, nameOf } from '../../people/index.ts';
import { guessFile } from './guess-file.ts';
import { findManaged } from './managed-table.ts';
import { type FileGuess, limits } from './table.ts';

export type Received = { upload: string; guess: FileGuess | null; error: string | null };

/**
 * Takes a file for a dataset's table: keeps it for a day, and tells what it seems to hold. Nothing is stored before
 * somebody has looked at that. Errors: not-allowed, not-found; invalid, when it is too large. A file that cannot be
 * read is in the history with the reason.
 */
export async function receiveUpload(
  ctx: Ctx,
  input: {
    dataset: string;
    fileName: string;
    content: AsyncIterable<Uint8Array>;
    source?: 'upload' | 'fetch';
    most?: number;
  },
): Promise<Received> {
  checkPermission(ctx, 'manage-tables');
  const dataset = await findManaged(ctx, input);
  checkPermission(ctx, 'manage-tables', dataset);
  const fileName =
    basename(input.fileName.replaceAll('\\', '/'))
      .replaceAll(/\p{Cc}/gu, '')
      .slice(0, 200) || 'file';
  return withIncoming(
    input.content,
    async (path, bytes) => {
      const { rows } = await ctx.app.query<{ id: string }>(
        `insert into private.table_upload (dataset_id, source, file_name, bytes, state, actor, made_at)
         values ($1, $2, $3, $4, 'receiving', $5, $6) returning id`,
        [dataset.id, input.source ?? 'upload', fileName, bytes, nameOf(ctx.actor), ctx.clock.now()],
      );
      const upload = rows[0]?.id as string;
      let guess: FileGuess | null = null;
      let error: string | null = null;
      try {
        guess = await guessFile(path);
        await keepFile(ctx, 'table_upload_part', upload, path);
      } catch (caught) {
        if (!isProblem(caught)) throw caught;
        error = caught.message;
      }
      await ctx.app.query(
        `update private.table_upload set state = $2, guess = $3, error = $4, finished_at = $5 where id = $1`,
        [
          upload,
          error ? 'failed' : 'staged',
          guess && JSON.stringify(guess),
          error,
          error ? ctx.clock.now() : null,
        ],
      );
      return { upload, guess, error };
    },
    input.most ?? limits.fileBytes,
  );
}
