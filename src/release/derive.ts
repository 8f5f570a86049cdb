import type { Ctx } from '../kit/context.ts';
import { type Tx, withTransaction } from '../kit/database.ts';
import { reckonExtents } from './extents.ts';
import { noteStaleFiles } from './published-files.ts';
import { releasedColumns } from './reading-policy.ts';
import { holdReleases, prepare, recordArrival, releaseFrom, run } from './release-readings.ts';

type Reached = { start: string; id: string };

/**
 * Releases some of a Datastream's readings as measured, in the order of time, after those reached before; those
 * that a writer released meanwhile are left as they are. `changed`: it is not to be released this way any more.
 */
export async function deriveBatch(
  tx: Tx,
  datastreamId: string,
  after: Reached | undefined,
  limit: number,
  now: Date,
): Promise<{ released: number; reached: Reached | undefined } | 'changed'> {
  const release = (await holdReleases(tx, [datastreamId])).get(datastreamId);
  if (release?.state !== 'releasing') return 'changed';
  if (!release.audience) return { released: 0, reached: undefined };
  // Held, so that one that is deleted meanwhile is either not released or taken away after.
  const { rows } = await tx.query<{ start: string; id: string }>(
    `select phenomenon_start::text as start, id from private.observation
     where datastream_id = $1 and (phenomenon_start, id) > (coalesce($2::timestamptz, '-infinity'), coalesce($3::bigint, 0))
     order by phenomenon_start, id limit $4 for key share`,
    [datastreamId, after?.start ?? null, after?.id ?? null, limit],
  );
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) return { released: 0, reached: undefined };
  const source = `private.observation o where o.datastream_id = $1
    and (o.phenomenon_start, o.id) between ($2::timestamptz, $3::bigint) and ($4::timestamptz, $5::bigint)`;
  await releaseFrom(
    tx,
    release,
    source,
    [datastreamId, first.start, first.id, last.start, last.id],
    now,
    false,
  );
  return { released: rows.length, reached: rows.length === limit ? last : undefined };
}

const bucketsAtOnce = 2000;

/** Releases what is due at this moment; writers go on meanwhile, and what they add is for the next time. */
export async function releaseAllDue(ctx: Ctx, datastreamId?: string): Promise<number> {
  const { rows } = await ctx.app.query<{ due: number }>(
    'select count(*)::int as due from private.release_due where due_at <= $1 and ($2::bigint is null or datastream_id = $2)',
    [ctx.clock.now(), datastreamId ?? null],
  );
  const due = rows[0]?.due ?? 0;
  let total = 0;
  while (total < due) {
    const done = await releaseDue(ctx, datastreamId);
    if (done === 0) break;
    total += done;
  }
  return total;
}

/**
 * Releases stretches of time that are due, of one Datastream or of any: what was released of them before is replaced.
 * Others may do the same at once; each stretch is one's alone. Returns how many stretches.
 */
async function releaseDue(ctx: Ctx, datastreamId?: string): Promise<number> {
  const now = ctx.clock.now();
  return withTransaction(ctx.app, async (tx) => {
    const { rows: next } = await tx.query<{ id: string }>(
      `select datastream_id as id from private.release_due
       where due_at <= $1 and ($2::bigint is null or datastream_id = $2) order by due_at limit 1`,
      [now, datastreamId ?? null],
    );
    const id = next[0]?.id;
    if (id === undefined) return 0;
    await tx.query(
      'select from private.dataset where id = (select dataset_id from private.datastream where id = $1) for share',
      [id],
    );
    const release = (await holdReleases(tx, [id])).get(id);
    const { rows } = await tx.query<{ bucket: string; bucket_end: string; phenomenonStart: string }>(
      `select bucket::text, bucket_end::text, to_json(bucket) #>> '{}' as "phenomenonStart" from private.release_due where datastream_id = $1 and due_at <= $2
       order by bucket limit ${bucketsAtOnce} for update skip locked`,
      [id, now],
    );
    if (rows.length === 0) return 0;
    const buckets = [id, rows.map(({ bucket }) => bucket), rows.map(({ bucket_end: end }) => end)];
    const stretches = 'unnest($2::timestamptz[], $3::timestamptz[]) as b (starts, ends)';
    if (release?.state === 'releasing' && release.audience) {
      const { audience } = release;
      const source = `${stretches} join private.observation o on o.datastream_id = $1
        and o.phenomenon_start >= b.starts and o.phenomenon_start < b.ends where true`;
      const { rowCount: replaced } = await tx.query(
        `delete from ${audience}.observation o using ${stretches}
         where o.datastream_id = $1 and o.phenomenon_start >= b.starts and o.phenomenon_start < b.ends`,
        buckets,
      );
      const values = [...buckets];
      const compiled = await prepare(tx, release, now, source, values);
      if (compiled.mode === 'later') {
        const columns = releasedColumns.join(', ');
        // Ids in an order of chance: theirs would tell that of the moments which were cut away.
        await run(
          tx,
          `with fresh as (
             insert into ${audience}.observation (id, ${columns})
             select nextval('private.observation_id'), ${columns} from (
               select * from (${compiled.select(source)}) x order by random()) y
             returning datastream_id, id, phenomenon_start, phenomenon_end, result_time
           ), ${recordArrival(audience, release.settled)} select`,
          values,
        );
      }
      if (replaced) await reckonExtents(tx, audience, [id]);
      await noteStaleFiles(
        tx,
        rows.map(({ phenomenonStart }) => ({ datastreamId: id, phenomenonStart })),
      );
    }
    await tx.query(
      'delete from private.release_due where datastream_id = $1 and bucket = any($2::timestamptz[])',
      buckets.slice(0, 2),
    );
    return rows.length;
  });
}

/** Discards the keys whose time is over and released: from then on nobody can say what was hashed under them. */
export async function discardKeys(ctx: Ctx): Promise<number> {
  const { rowCount } = await ctx.app.query(
    `delete from private.release_key k where ends_at <= $1 and not exists (
       select from private.release_due u join private.datastream d on d.id = u.datastream_id
       where d.dataset_id = k.dataset_id and u.bucket < k.ends_at and u.bucket_end > k.begins_at)`,
    [ctx.clock.now()],
  );
  return rowCount ?? 0;
}
