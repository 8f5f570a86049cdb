import type { Tx } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { sides } from '../audience.ts';
import { heldSql } from './hold.ts';
import { holdsOn, lockHolds } from './holds-in-force.ts';

/**
 * Whoever may write may also correct and delete readings, but not those that a hold keeps: what they say would be gone.
 * `of` narrows it to one reading, or to those of one FeatureOfInterest. Errors: conflict, with the holds' numbers.
 */
export async function refuseHeld(
  tx: Tx,
  datastreamIds: readonly string[],
  of: { id?: string; featureId?: string } = {},
): Promise<void> {
  if (datastreamIds.length === 0) return;
  const { rows: datasets } = await tx.query<{ id: string }>(
    'select distinct dataset_id as id from private.datastream where id = any($1::bigint[])',
    [datastreamIds],
  );
  await lockHolds(
    tx,
    datasets.map(({ id }) => id),
    'read',
  );
  for (const datastreamId of datastreamIds) {
    const holds = await holdsOn(tx, datastreamId, 'may');
    if (holds.length === 0) continue;
    for (const side of sides) {
      const values: unknown[] = [datastreamId, of.id ?? null, of.featureId ?? null];
      const { rowCount } = await tx.query(
        `select from ${side}.observation o where o.datastream_id = $1 and ($2::bigint is null or o.id = $2)
           and ($3::bigint is null or o.feature_id = $3) and ${heldSql(holds, values)} limit 1`,
        values,
      );
      if (rowCount)
        throw new Problem(
          'conflict',
          `A hold keeps readings of Datastream ${datastreamId} as they are (${holds.map(({ id }) => `hold ${id}`).join(', ')}). They can be changed or deleted once it is released.`,
          { details: { holds: holds.map(({ id }) => id) } },
        );
    }
  }
}
