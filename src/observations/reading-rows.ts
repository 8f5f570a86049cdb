import type { Tx } from '../kit/database.ts';
import { type Side, sides } from '../release/index.ts';

export type ReadingRow = {
  side: Side;
  datastream_id: string;
  dataset_id: string;
  phenomenon_start: string;
  phenomenon_end: string | null;
  result_time: string | null;
};

/**
 * Finds a reading by its id, wherever it lies, and holds it: a change of access may be moving readings from one side
 * to the other, so the second look is not in vain.
 */
export async function holdReading(tx: Tx, id: string): Promise<ReadingRow | undefined> {
  for (const side of [...sides, ...sides]) {
    const { rows } = await tx.query<ReadingRow>(
      `select '${side}' as side, o.datastream_id, d.dataset_id, o.phenomenon_start, o.phenomenon_end, o.result_time
       from ${side}.observation o join private.datastream d on d.id = o.datastream_id where o.id = $1 for update of o`,
      [id],
    );
    if (rows[0]) return rows[0];
  }
  return undefined;
}

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

/** One reading has gone: only if it stood at an edge must the others be looked at. */
export async function shrinkExtent(tx: Tx, reading: ReadingRow): Promise<void> {
  const { side, datastream_id, phenomenon_start, phenomenon_end, result_time } = reading;
  const { rows } = await tx.query<{ edge: boolean }>(
    `update ${side}.datastream_extent set readings = readings - 1 where datastream_id = $1
     returning readings <= 0 or phenomenon_from >= $2::timestamptz
       or phenomenon_to <= greatest($2::timestamptz, $3::timestamptz)
       or (result_from >= $4::timestamptz or result_to <= $4::timestamptz) is true as edge`,
    [datastream_id, phenomenon_start, phenomenon_end, result_time],
  );
  if (rows[0]?.edge !== false) await reckonExtents(tx, side, [datastream_id]);
}
