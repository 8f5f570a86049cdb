import type { Ctx } from '../../kit/context.ts';
import { withStaged } from '../../kit/files/staged-file.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission } from '../../people/index.ts';
import { guessFile } from './guess-file.ts';
import { findManaged } from './managed-table.ts';
import { fileShape } from './table.ts';

/**
 * Looks at a file again, as somebody says that it is written (encoding, separator, sheet, line of the names).
 * Errors: not-allowed, not-found, too-late; invalid, when it cannot be read so: what was found before stays.
 */
export async function guessUpload(ctx: Ctx, input: { upload: string; file: unknown }): Promise<void> {
  checkPermission(ctx, 'manage-tables');
  checkPermission(ctx, 'manage-tables', await findManaged(ctx, input));
  const shape = fileShape.safeParse(input.file);
  if (!shape.success)
    throw new Problem(
      'invalid',
      `How the file is written is not said right: ${shape.error.issues[0]?.message}.`,
    );
  const guess = await withStaged(ctx, 'table_upload_part', input.upload, (path) =>
    guessFile(path, shape.data),
  );
  await ctx.app.query(
    `update private.table_upload set guess = $2, error = null where id::text = $1 and state = 'staged'`,
    [input.upload, JSON.stringify(guess)],
  );
}
