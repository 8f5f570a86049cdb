import { version } from '../../kit/config.ts';
import type { Ctx } from '../../kit/context.ts';
import { sqlState, withTransaction } from '../../kit/database.ts';
import { checkPermission, isPermitted, nameOf } from '../../people/index.ts';
import { certify } from './certify.ts';
import { isAsMeasured, places } from './copies.ts';
import { destroyBatch, type Run } from './destroy-batch.ts';
import { endSql, heldSql } from './hold.ts';
import { holdsOn } from './holds-in-force.ts';
import { datastreamsOf, readSeries, type Series, standingOf } from './series.ts';
import { settlePart } from './settle-part.ts';

export type Destroyed = { dataset: string; series: string; readings: number; certificate: string };

/** How long a batch may hold up a writer at most, aimed at; batches grow and shrink to it (bench/measure-retention.ts). */
const aimMs = 25;
const smallest = 100;
const largest = 5_000;

type Leave = { id: string; datasetId: string; series: string; until: string | null; open: Run | null };

/**
 * Destroys what is due, approved and not held, of one dataset or of all that the asker may; each run ends in a
 * certificate. It takes up runs that a stop interrupted, may run several times at once, and stops by itself where leave
 * ends. `ordered`: only what a verified rule orders and has leave once for all, as happens by itself.
 * Errors: signed-out, not-allowed (also where the dataset that is named is not the asker's).
 */
export async function runDestruction(
  ctx: Ctx,
  input: {
    dataset?: string;
    series?: string;
    ordered?: boolean;
    /** Interrupted runs alone. */
    resume?: boolean;
    /** Rows in a batch, for measuring. */
    size?: number;
    onBatch?: (ms: number) => void | Promise<void>;
  } = {},
): Promise<Destroyed[]> {
  checkPermission(ctx, 'destroy-readings');
  const done: Destroyed[] = [];
  for (const series of await readSeries(ctx.app, 'd.slug = coalesce($1, d.slug)', [input.dataset ?? null])) {
    if (input.series !== undefined && series.series !== input.series) continue;
    if (input.dataset !== undefined) checkPermission(ctx, 'destroy-readings', series);
    else if (!isPermitted(ctx, 'destroy-readings', series)) continue;
    for (const leave of await leavesOf(ctx, series)) {
      const run =
        leave.open ?? (input.resume ? null : await startRun(ctx, series, leave, input.ordered ?? false));
      if (!run) continue;
      const certificate = await carryOut(ctx, run, input);
      if (certificate) done.push({ dataset: series.dataset, series: series.series, ...certificate });
    }
  }
  return done;
}

/** The leaves for a series that have not ended, and open runs, whose leave may have. */
async function leavesOf(ctx: Ctx, { datasetId, series }: Series): Promise<Leave[]> {
  const { rows } = await ctx.app.query<Leave>(
    `select d.id::text, d.dataset_id::text as "datasetId", d.series, d.until,
       (select jsonb_build_object('id', r.id::text, 'datasetId', r.dataset_id::text, 'series', r.series, 'cutoff', r.cutoff)
        from private.destruction_run r where r.disposition_id = d.id and r.certificate is null) as open
     from private.disposition d
     where d.dataset_id = $1 and d.series = $2 and (
       not exists (select from private.disposition_end e where e.disposition_id = d.id)
       or exists (select from private.destruction_run r where r.disposition_id = d.id and r.certificate is null))
     order by d.id`,
    [datasetId, series],
  );
  return rows;
}

async function startRun(ctx: Ctx, series: Series, leave: Leave, ordered: boolean): Promise<Run | null> {
  const standing = standingOf(series, ctx.clock.now());
  if (standing.due === null) return null;
  if (ordered && !(series.duty === 'must' && leave.until === null && standing.verified)) return null;
  const due = standing.due.at;
  const cutoff = leave.until !== null && Date.parse(leave.until) < Date.parse(due) ? leave.until : due;
  const datastreams = (await datastreamsOf(ctx.app, series)).map(({ id }) => id);
  let any = false;
  for (const id of datastreams) any ||= await hasDue(ctx, id, series, cutoff);
  if (!any) return null;
  try {
    return await withTransaction(ctx.app, async (tx) => {
      const { rows: runs } = await tx.query<{ id: string }>(
        `insert into private.destruction_run (disposition_id, dataset_id, series, cutoff, started_by, started_at, software)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (disposition_id) where certificate is null do nothing returning id`,
        [
          leave.id,
          series.datasetId,
          series.series,
          cutoff,
          nameOf(ctx.actor),
          ctx.clock.now(),
          `Charter Oak ${version()}`,
        ],
      );
      // Another process has begun it a moment ago, and does it.
      if (!runs[0]) return null;
      await tx.query(
        'insert into private.destruction_part (run_id, datastream_id) select $1, unnest($2::bigint[])',
        [runs[0].id, datastreams],
      );
      return { id: runs[0].id, datasetId: series.datasetId, series: series.series, cutoff };
    });
  } catch (error) {
    if (!isNoLeave(error)) throw error;
    ctx.log.warn(
      { dataset: series.dataset, series: series.series },
      'the database refused a destruction: no leave',
    );
    return null;
  }
}

async function hasDue(ctx: Ctx, datastreamId: string, series: Series, cutoff: string): Promise<boolean> {
  const holds = await holdsOn(ctx.app, datastreamId, series.duty);
  for (const side of places) {
    const values: unknown[] = [datastreamId, cutoff];
    const { rowCount } = await ctx.app.query(
      `select from ${side}.observation o where o.datastream_id = $1 and o.phenomenon_start < $2::timestamptz
         and ${endSql} < $2::timestamptz and not ${heldSql(holds, values)} ${isAsMeasured(side)} limit 1`,
      values,
    );
    if (rowCount) return true;
  }
  return false;
}

async function carryOut(
  ctx: Ctx,
  run: Run,
  input: { size?: number; onBatch?: (ms: number) => void | Promise<void> },
): Promise<{ certificate: string; readings: number } | undefined> {
  const { rows } = await ctx.app.query<{ id: string }>(
    'select datastream_id::text as id from private.destruction_part where run_id = $1 and not done order by datastream_id',
    [run.id],
  );
  let size = input.size ?? 1_000;
  let stopped: string | null = null;
  for (const { id } of rows) {
    try {
      for (let more = stopped === null; more; ) {
        const start = performance.now();
        more = await withTransaction(ctx.app, (tx) => destroyBatch(tx, run, id, size, ctx.clock.now()));
        const ms = performance.now() - start;
        await input.onBatch?.(ms);
        if (input.size === undefined)
          size = Math.round(
            Math.min(largest, Math.max(smallest, size * Math.min(2, aimMs / Math.max(ms, 1)))),
          );
      }
    } catch (error) {
      // The database itself says that there is no leave any more. What has gone so far is certified.
      if (!isNoLeave(error)) throw error;
      stopped = 'no leave any more: it was ended, or its rule or series has changed';
    }
    await settlePart(run, ctx, id);
  }
  const certificate = await certify(run, ctx, stopped);
  if (!certificate) return undefined;
  ctx.emit({ kind: 'dataset-changed', datasetId: run.datasetId });
  const { rows: sum } = await ctx.app.query<{ readings: number }>(
    'select sum(readings)::int as readings from private.destruction_part where run_id = $1',
    [run.id],
  );
  return { certificate, readings: sum[0]?.readings ?? 0 };
}

/** What the guard of the database says (0034, guard_destruction). */
function isNoLeave(error: unknown): boolean {
  return sqlState(error) === '42501' && (error as { constraint?: string }).constraint === 'leave_to_destroy';
}
