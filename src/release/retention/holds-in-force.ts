import type { Queryable, Tx } from '../../kit/database.ts';
import type { Duty } from './cutoff.ts';
import { type HoldOnDatastream, stopsOrdered } from './hold.ts';

/**
 * Takes the lock under which holds on these datasets are placed, or are read to destroy by: a hold that is being placed
 * waits for the batch of a moment, and the next batch waits until that hold is there. After the datasets' own rows.
 */
export async function lockHolds(tx: Tx, datasetIds: readonly string[], to: 'place' | 'read'): Promise<void> {
  const lock = to === 'place' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared';
  for (const id of datasetIds.toSorted((a, b) => Number(BigInt(a) - BigInt(b))))
    await tx.query(`select ${lock}(hashtextextended('charter-oak hold ' || $1, 0))`, [id]);
}

/** The holds that stop a destruction of readings of a Datastream, as they are now. */
export async function holdsOn(db: Queryable, datastreamId: string, duty: Duty): Promise<HoldOnDatastream[]> {
  const { rows } = await db.query<HoldOnDatastream>(
    `select h.id::text, h.cause, h.box, h.held_from as "from", h.held_to as "to"
     from private.datastream d join private.observed_property op on op.id = d.observed_property_id
     join private.hold_dataset hd on hd.dataset_id = d.dataset_id join private.hold h on h.id = hd.hold_id
     where d.id = $1 and not exists (select from private.hold_release r where r.hold_id = h.id)
       and (h.columns is null or op.id = any(h.observed_property_ids) or 'result:' || op.name = any(h.columns))
     order by h.id`,
    [datastreamId],
  );
  return duty === 'must' ? rows.filter(({ cause }) => stopsOrdered(cause)) : rows;
}
