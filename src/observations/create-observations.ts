import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission, isPermitted } from '../people/index.ts';
import { readingOf } from './create-entity.ts';
import type { EntityInput } from './entity-input.ts';
import { scopeOf } from './may-write.ts';
import { isStorableResult, type Reading } from './reading.ts';
import { storeReadingsIn } from './store-readings.ts';

/** One row of a data array; null is one that could not be read. */
export type ObservationRow = { datastreamId: string; entity: EntityInput; featureId?: string } | null;

/**
 * Stores many Observations at once [STA 1.1 §11.3]. Returns their ids in the order given; null for a row that failed
 * (not readable, no such Datastream or FeatureOfInterest), which does not keep the others out. A key that is limited
 * to datasets or Things stores nothing when any row is for what is not its own, be it there or not.
 * Errors: signed-out, not-allowed.
 */
export async function createObservations(
  ctx: Ctx,
  rows: readonly ObservationRow[],
): Promise<(string | null)[]> {
  checkPermission(ctx, 'write-entities');
  const ids: (string | null)[] = rows.map(() => null);
  await withTransaction(ctx.app, async (tx) => {
    const datastreams = await tx.query<DatastreamRow>(
      'select id, dataset_id, thing_id from private.datastream where id = any($1::bigint[]) for key share',
      [[...new Set(rows.flatMap((row) => row?.datastreamId ?? []))]],
    );
    const features = await tx.query<{ id: string }>(
      'select id from private.feature_of_interest where id = any($1::bigint[]) for key share',
      [[...new Set(rows.flatMap((row) => row?.featureId ?? []))]],
    );
    checkScope(ctx, datastreams.rows, rows);
    const writable = new Set(datastreams.rows.map(({ id }) => id));
    const knownFeatures = new Set(features.rows.map(({ id }) => id));
    const positions: number[] = [];
    const readings: Reading[] = [];
    for (const [position, row] of rows.entries()) {
      if (!row || !writable.has(row.datastreamId) || !isStorableResult(row.entity.values.result)) continue;
      if (row.featureId !== undefined && !knownFeatures.has(row.featureId)) continue;
      positions.push(position);
      readings.push(readingOf(ctx, row.entity, row.datastreamId, row.featureId));
    }
    const stored = await storeReadingsIn(tx, { readings, repeats: 'allow', wantIds: true }, ctx.clock.now());
    for (const [index, position] of positions.entries()) ids[position] = stored.ids?.[index] ?? null;
  });
  const stored = ids.filter((id) => id !== null).length;
  if (stored > 0) ctx.emit({ kind: 'readings-stored', readings: stored });
  return ids;
}

type DatastreamRow = { id: string; dataset_id: string; thing_id: string };

function checkScope(ctx: Ctx, datastreams: readonly DatastreamRow[], rows: readonly ObservationRow[]): void {
  const datasetIds = datastreams.map((row) => row.dataset_id);
  const allowed = new Set(
    datastreams
      .filter((row) =>
        isPermitted(ctx, 'write-entities', { datasetIds: [row.dataset_id], thingIds: [row.thing_id] }),
      )
      .map(({ id }) => id),
  );
  const limited = scopeOf(ctx).some((scope) => scope !== null);
  const strange = limited && rows.find((row) => row && !allowed.has(row.datastreamId));
  if (strange)
    throw new Problem(
      'not-allowed',
      `Datastream ${strange.datastreamId} is not one that this key may write. Nothing was stored.`,
    );
  ctx.concerns?.(datasetIds);
}
