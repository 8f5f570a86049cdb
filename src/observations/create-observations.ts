import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { isProblem } from '../kit/problem.ts';
import { checkPermission } from '../people/index.ts';
import { readingOf } from './create-entity.ts';
import type { EntityInput } from './entity-input.ts';
import { checkMayWrite } from './may-write.ts';
import { isStorableResult, type Reading } from './reading.ts';
import { storeReadingsIn } from './store-readings.ts';

/** One row of a data array; null is one that could not be read. */
export type ObservationRow = { datastreamId: string; entity: EntityInput; featureId?: string } | null;

/**
 * Stores many Observations at once [STA 1.1 §11.3]. Returns their ids in the order given; null for a row that failed
 * (not readable, no such Datastream or FeatureOfInterest, not this key's), which does not keep the others out.
 * Errors: signed-out.
 */
export async function createObservations(
  ctx: Ctx,
  rows: readonly ObservationRow[],
): Promise<(string | null)[]> {
  checkPermission(ctx, 'write-entities');
  const ids: (string | null)[] = rows.map(() => null);
  await withTransaction(ctx.app, async (tx) => {
    const datastreams = await tx.query<{ id: string; dataset_id: string }>(
      'select id, dataset_id from private.datastream where id = any($1::bigint[]) for key share',
      [[...new Set(rows.flatMap((row) => row?.datastreamId ?? []))]],
    );
    const features = await tx.query<{ id: string }>(
      'select id from private.feature_of_interest where id = any($1::bigint[]) for key share',
      [[...new Set(rows.flatMap((row) => row?.featureId ?? []))]],
    );
    const writable = new Set<string>();
    for (const { id, dataset_id } of datastreams.rows) {
      const allowed = await checkMayWrite(ctx, tx, [dataset_id], `Datastream ${id}`).then(
        () => true,
        (error: unknown) => {
          if (isProblem(error)) return false;
          throw error;
        },
      );
      if (allowed) writable.add(id);
    }
    const knownFeatures = new Set(features.rows.map(({ id }) => id));
    const positions: number[] = [];
    const readings: Reading[] = [];
    for (const [position, row] of rows.entries()) {
      if (!row || !writable.has(row.datastreamId) || !isStorableResult(row.entity.values.result)) continue;
      if (row.featureId !== undefined && !knownFeatures.has(row.featureId)) continue;
      positions.push(position);
      readings.push(readingOf(ctx, row.entity, row.datastreamId, row.featureId));
    }
    const stored = await storeReadingsIn(tx, { readings, repeats: 'allow', wantIds: true });
    for (const [index, position] of positions.entries()) ids[position] = stored.ids?.[index] ?? null;
  });
  const stored = ids.filter((id) => id !== null).length;
  if (stored > 0) ctx.emit({ kind: 'readings-stored', readings: stored });
  return ids;
}
