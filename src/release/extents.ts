import type { Tx } from '../kit/database.ts';
import type { Side } from './audience.ts';

/** Reckons anew what the readings of these Datastreams span and how many they are; without any, everything is null. */
export async function reckonExtents(tx: Tx, side: Side, datastreamIds: readonly string[]): Promise<void> {
  if (datastreamIds.length === 0) return;
  await tx.query(
    `insert into ${side}.datastream_extent (datastream_id) select unnest($1::bigint[]) on conflict do nothing`,
    [datastreamIds],
  );
  // Two statements: what others committed while we waited for the lock is seen by the second one alone.
  await tx.query(
    `select from ${side}.datastream_extent where datastream_id = any($1::bigint[]) order by datastream_id for update`,
    [datastreamIds],
  );
  await tx.query(
    `update ${side}.datastream_extent e set
       arrived_at = now(), (readings, phenomenon_from, phenomenon_to, result_from, result_to) = (
         select count(*), min(phenomenon_start), max(greatest(phenomenon_start, phenomenon_end)), min(result_time),
           max(result_time)
         from ${side}.observation o where o.datastream_id = e.datastream_id)
     where datastream_id = any($1::bigint[])`,
    [datastreamIds],
  );
}
