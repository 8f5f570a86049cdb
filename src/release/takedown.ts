import type { JsonObject } from '../kit/chain.ts';
import type { Ctx } from '../kit/context.ts';
import type { Tx } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { nameOf } from '../people/index.ts';
import { applyAccess, type LockedDataset } from './access-change.ts';
import { projectDatasets } from './project.ts';
import { takedownCauses } from './takedown-causes.ts';

/**
 * Takes a dataset that lockDataset gave out of every public door with the commit of this transaction. One person
 * suffices, because it only closes; a change of access by two people brings it back. `listed`: its catalog entry stays and
 * says that it was taken down. The caller records the audit event, and calls `settle` after the commit. Errors: invalid
 * (`details.field`), conflict (nothing of it is public).
 */
export async function applyTakedown(
  tx: Tx,
  ctx: Ctx,
  dataset: LockedDataset,
  input: { cause: string; reason: string; listed: boolean },
): Promise<{ id: string; was: JsonObject }> {
  const { id, slug, now } = dataset;
  const cause = takedownCauses.find((each) => each === input.cause);
  if (!cause) throw new Problem('invalid', 'Say for what it is taken down.', { details: { field: 'cause' } });
  const reason = input.reason.trim();
  if (reason === '' || reason.length > 1000 || reason.includes('\0'))
    throw new Problem('invalid', 'Give the reason, in 1 to 1000 characters.', {
      details: { field: 'reason' },
    });
  if (now.access === 'restricted' && !now.listed)
    throw new Problem('conflict', `Nothing of the dataset “${slug}” can be seen from outside already.`);
  const at = ctx.clock.now();
  const { rows } = await tx.query<{ id: string; was: JsonObject }>(
    `insert into private.takedown (dataset_id, cause, reason, was, taken_by, taken_at)
     select ds.id, $2, $3, jsonb_build_object('access', ds.access, 'listed', ds.listed, 'policyVersion', ds.policy_version,
       'version', (select max(v.number) from private.dataset_version v where v.dataset_id = ds.id)), $4, $5
     from private.dataset ds where ds.id = $1 returning id::text, was`,
    [id, cause, reason, nameOf(ctx.actor), at],
  );
  await applyAccess(tx, id, { access: 'restricted', listed: input.listed }, at);
  await tx.query('update private.dataset set taken_down_at = $2, taken_down_for = $3 where id = $1', [
    id,
    at,
    cause,
  ]);
  await projectDatasets(tx, [id]);
  // Their pieces go with them: an entry that stays listed has no file.
  await tx.query('delete from released.published_file where dataset_id = $1', [id]);
  return rows[0] as { id: string; was: JsonObject };
}

export async function isTakenDown(tx: Tx, datasetId: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    'select from private.dataset where id = $1 and taken_down_at is not null',
    [datasetId],
  );
  return rowCount === 1;
}
