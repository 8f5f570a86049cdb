import type { Tx } from '../kit/database.ts';
import { reckonExtents, type Side } from '../release/index.ts';

export type ReadingRow = {
  side: Side;
  datastream_id: string;
  dataset_id: string;
  phenomenon_start: string;
  phenomenon_end: string | null;
  result_time: string | null;
};

/**
 * Finds a reading as measured by its id, wherever it lies, and holds it: a change of access may be moving readings from
 * one side to the other, so the second look is not in vain. What a policy has released is no reading as measured.
 */
export async function holdReading(tx: Tx, id: string): Promise<ReadingRow | undefined> {
  const looks = ['released', 'granted', 'private'] as const;
  for (const side of [...looks, ...looks]) {
    const { rows } = await tx.query<ReadingRow>(
      `select '${side}' as side, o.datastream_id, d.dataset_id, o.phenomenon_start, o.phenomenon_end, o.result_time
       from ${side}.observation o join private.datastream d on d.id = o.datastream_id
       where o.id = $1 ${side === 'private' ? '' : isAsMeasured('o')} for update of o`,
      [id],
    );
    if (rows[0]) return rows[0];
  }
  return undefined;
}

/** Of rows `o` outside `private`, those that no policy has changed, as SQL. */
const isAsMeasured = (o: string): string =>
  `and not exists (select from private.datastream_release r where r.datastream_id = ${o}.datastream_id and r.phase <> 'gather')`;

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
