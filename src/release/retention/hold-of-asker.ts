import type { Ctx } from '../../kit/context.ts';
import type { Tx } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission } from '../../people/index.ts';

/** A hold that is in force, of datasets that are all the asker's to hold. Errors: not-found, not-allowed, too-late. */
export async function holdOfAsker(tx: Tx, ctx: Ctx, id: string): Promise<void> {
  const { rows } = await tx.query<{ released: boolean }>(
    `select exists (select from private.hold_release r where r.hold_id = h.id) as released
     from private.hold h where h.id::text = $1`,
    [id],
  );
  if (!rows[0]) throw new Problem('not-found', `There is no hold ${id}.`);
  const { rows: datasets } = await tx.query<{ place: string | null; office: string | null }>(
    `select d.place, d.office from private.hold_dataset h join private.dataset d on d.id = h.dataset_id
     where h.hold_id::text = $1`,
    [id],
  );
  for (const dataset of datasets) checkPermission(ctx, 'keep-holds', dataset);
  if (rows[0].released) throw new Problem('too-late', 'This hold has been released already.');
}
