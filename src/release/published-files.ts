import type { Tx } from '../kit/database.ts';

/** Only what is older can belong to a month that is over somewhere. */
const oldEnough = 86_400_000;
/** What every time zone's months begin on. */
const quarter = 900_000;

/**
 * Notes that readings of these times came, were corrected or removed, so that files of months that are over are made anew.
 * Call it in the transaction that changes them; live readings cost nothing.
 */
export async function noteStaleFiles(
  tx: Tx,
  readings: Iterable<{ datastreamId: string; phenomenonStart: string }>,
): Promise<void> {
  const noted = new Map<string, { datastream: string; at: number }>();
  const recent = Date.now() - oldEnough;
  for (const { datastreamId, phenomenonStart } of readings) {
    const time = Date.parse(phenomenonStart);
    if (!(time < recent)) continue;
    const at = time - (time % quarter);
    const day = new Date(at).getUTCDate();
    // In the middle of a month, any time of the day is in the same month everywhere.
    const known = day > 1 && day < 28 ? Math.floor(at / oldEnough) : at;
    noted.set(`${datastreamId} ${known}`, { datastream: datastreamId, at });
  }
  if (noted.size === 0) return;
  const pairs = [...noted.values()];
  await tx.query(
    `insert into private.published_file_stale (dataset_id, month)
     select distinct ds.id, date_trunc('month', n.at at time zone coalesce(p.time_zone,
       (select min(time_zone) from released.place where parent is null having count(*) = 1), 'UTC'))::date
     from unnest($1::bigint[], $2::timestamptz[]) as n (datastream_id, at)
     join private.datastream d on d.id = n.datastream_id
     join private.dataset ds on ds.id = d.dataset_id and ds.access = 'open'
     left join released.place p on p.slug = ds.place`,
    [pairs.map(({ datastream }) => datastream), pairs.map(({ at }) => new Date(at).toISOString())],
  );
}

/**
 * Removes the published files of a dataset that hold a day of this span (all of them, if it is open), in the caller's
 * transaction: after the commit no byte of them is served. Each stays listed with its checksum and what removed it. What is left of
 * the months is published anew (as another edition), unless the dataset is closed. Returns the checksums of what was removed.
 */
export async function dropPublishedFiles(
  tx: Tx,
  input: { datasetId: string; from?: string; to?: string; why: string; at?: Date },
): Promise<{ month: string; edition: number; sha256: string }[]> {
  const { rows } = await tx.query<{ id: string; month: string; edition: number; sha256: string | null }>(
    `update private.published_file set ended_at = coalesce($2, now()), ended_why = case when made_at is null then 'unfinished' else $3 end
     where dataset_id = $1 and ended_at is null
       and ($4::date is null or month + interval '1 month' + interval '1 day' > $4::date)
       and ($5::date is null or month - interval '1 day' <= $5::date)
     returning id, month, edition, sha256`,
    [input.datasetId, input.at ?? null, input.why, input.from ?? null, input.to ?? null],
  );
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  await tx.query('delete from released.published_file_piece where file_id = any($1::bigint[])', [ids]);
  await tx.query(`delete from released.published_file where id = any($1::bigint[]) and made_at is null`, [
    ids,
  ]);
  await tx.query(
    `update released.published_file f set ended_at = p.ended_at, ended_why = p.ended_why
     from private.published_file p where p.id = f.id and f.id = any($1::bigint[])`,
    [ids],
  );
  return rows.flatMap(({ month, edition, sha256 }) => (sha256 ? [{ month, edition, sha256 }] : []));
}
