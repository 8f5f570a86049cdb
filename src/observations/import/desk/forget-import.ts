import type { Ctx } from '../../../kit/context.ts';
import { withTransaction } from '../../../kit/database.ts';
import { Problem } from '../../../kit/problem.ts';
import { checkPermission } from '../../../people/index.ts';
import { findImportDataset } from './import-desk.ts';

/** Throws away a file that has not been stored. Errors: not-allowed, not-found; too-late, when it is being stored. */
export async function forgetImport(ctx: Ctx, input: { upload: string }): Promise<void> {
  checkPermission(ctx, 'import-readings');
  checkPermission(ctx, 'import-readings', await findImportDataset(ctx, input));
  await withTransaction(ctx.app, async (tx) => {
    const { rowCount } = await tx.query(
      `update private.import_file set state = 'forgotten', finished_at = $2 where id::text = $1 and state in ('staged', 'failed')`,
      [input.upload, ctx.clock.now()],
    );
    if (rowCount === 0) throw new Problem('too-late', 'This file is being read or stored, or has been.');
    await tx.query('delete from private.import_file_part where upload_id::text = $1', [input.upload]);
  });
}

/** Files that nobody stored within a day, and faults after a month: defaults of the software. Called by a job. */
export async function forgetOldImports({ app, clock }: Pick<Ctx, 'app' | 'clock'>): Promise<void> {
  const now = clock.now();
  await app.query(
    `with old as (update private.import_file set state = 'forgotten', finished_at = $1
       where state in ('receiving', 'staged', 'failed') and made_at < $1::timestamptz - interval '1 day' returning id)
     delete from private.import_file_part p using old where p.upload_id = old.id`,
    [now],
  );
  await app.query(
    `delete from private.import_reject r using private.import_file u
     where u.id = r.upload_id and u.made_at < $1::timestamptz - interval '30 days'`,
    [now],
  );
}
