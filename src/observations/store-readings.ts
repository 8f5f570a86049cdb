import type { Ctx } from '../kit/context.ts';
import { type Tx, withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission } from '../people/index.ts';
import {
  holdSides,
  noteStaleFiles,
  type Release,
  releaseStored,
  type Side,
  type StoredRange,
} from '../release/index.ts';
import { ensureAutomaticFeatures } from './ensure-automatic-features.ts';
import { type Incoming, takeIn } from './incoming-readings.ts';
import { isStorableResult, type Reading, type Repeats, type StoredReadings } from './reading.ts';
import { storeStatement } from './store-statement.ts';

type Input = {
  readings: readonly Reading[];
  repeats: Repeats;
  wantIds?: boolean;
  /** What has to be stored before these are judged: an importer hands one batch over while another is stored. */
  after?: Promise<unknown> | undefined;
};

/**
 * Stores a batch of readings, all or nothing, in one transaction. Every way in (HTTP, file, webhook, MQTT, simulator)
 * ends here. Errors: not-found (a Datastream that does not exist). Emits `readings-stored` after the commit.
 */
export async function storeReadings(ctx: Ctx, input: Input): Promise<StoredReadings> {
  checkPermission(ctx, 'run-the-installation');
  const result = await withTransaction(ctx.app, (tx) => storeReadingsIn(tx, input, ctx.clock.now()));
  if (result.stored > 0) ctx.emit({ kind: 'readings-stored', readings: result.stored });
  return result;
}

/** The same inside a transaction that the caller has opened (a deep insert); the caller emits. */
export async function storeReadingsIn(tx: Tx, input: Input, now: Date): Promise<StoredReadings> {
  const total: StoredReadings = {
    stored: 0,
    duplicates: 0,
    conflictsDropped: 0,
    conflictsKept: 0,
    flagged: 0,
    conflictPositions: [],
    ...(input.wantIds ? { ids: input.readings.map(() => null) } : {}),
  };
  if (input.readings.length === 0) return total;
  const unfit = input.readings.find(({ result }) => !isStorableResult(result));
  if (unfit) {
    throw new Problem(
      'invalid',
      `The result ${String(unfit.result)} of Datastream ${unfit.datastreamId} cannot be kept: it is empty, or a number beyond ±1e38.`,
      { details: { member: 'result', datastream: unfit.datastreamId } },
    );
  }
  const homes = await homesOf(tx, input.readings);
  const features = await ensureAutomaticFeatures(
    tx,
    input.readings.filter((reading) => !reading.featureId).map((reading) => reading.datastreamId),
  );
  const incoming = await takeIn(tx, input.readings, features);
  await input.after;
  const releases = new Map(
    [...homes].flatMap(([id, { release }]) => (release ? [[id, release] as const] : [])),
  );
  for (const side of new Set([...homes.values()].map((home) => home.side))) {
    const ids = [...homes].filter(([, home]) => home.side === side).map(([id]) => id);
    const ranges = await storeSide(tx, side, ids, incoming, input, total, releases.size > 0);
    if (releases.size > 0) await releaseStored(tx, releases, ranges, now);
  }
  await incoming.clear();
  if (total.stored > 0) await noteStaleFiles(tx, input.readings);
  return total;
}

/** Where each Datastream's readings belong now, held so that no change of class or policy can interleave. */
async function homesOf(
  tx: Tx,
  readings: readonly Reading[],
): Promise<Map<string, { side: Side; release?: Release }>> {
  const wanted = [...new Set(readings.map((reading) => reading.datastreamId))];
  const homes = await holdSides(tx, wanted, { inTurn: true });
  const missing = wanted.find((id) => !homes.has(id));
  if (missing)
    throw new Problem('not-found', `There is no Datastream ${missing}.`, {
      details: { datastream: missing },
    });
  return homes;
}

async function storeSide(
  tx: Tx,
  side: Side,
  datastreamIds: string[],
  incoming: Incoming,
  input: Input,
  total: StoredReadings,
  wantRanges: boolean,
): Promise<StoredRange[]> {
  await tx.query(
    `insert into ${side}.datastream_extent (datastream_id) select unnest($1::bigint[]) on conflict do nothing`,
    [datastreamIds],
  );
  // Held until the commit: within a Datastream no other writer's ids fall between ours, so that first_id..last_id of an
  // arrival names exactly its readings (the live feeds rely on it).
  await tx.query(
    `select from ${side}.datastream_extent where datastream_id = any($1::bigint[]) order by datastream_id for update`,
    [datastreamIds],
  );
  const { rows } = await tx.query<{
    stored: number;
    duplicates: number;
    conflicts_dropped: number;
    conflicts_kept: number;
    flagged: number;
    conflict_positions: number[] | null;
    positions: number[] | null;
    ids: string[] | null;
    ranges: StoredRange[] | null;
  }>(
    storeStatement(side, input.repeats, incoming.relation, {
      ids: input.wantIds ?? false,
      ranges: wantRanges,
    }),
    [datastreamIds, ...incoming.values],
  );
  const row = rows[0];
  if (!row) return [];
  total.stored += row.stored;
  total.duplicates += row.duplicates;
  total.conflictsDropped += row.conflicts_dropped;
  total.conflictsKept += row.conflicts_kept;
  total.flagged += row.flagged;
  total.conflictPositions.push(...(row.conflict_positions ?? []));
  for (const [index, position] of (row.positions ?? []).entries()) {
    if (total.ids) total.ids[position] = row.ids?.[index] ?? null;
  }
  return row.ranges ?? [];
}
