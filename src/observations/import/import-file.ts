import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { checkPermission } from '../../people/index.ts';
import { type AccessClass, ensureDataset } from '../../release/index.ts';
import { datasetInputOf } from './dataset-of-mapping.ts';
import { checkFile, interpretFile } from './interpret-file.ts';
import {
  emptyCounts,
  type ImportedReading,
  makeInterpreter,
  type Reject,
  type RowCounts,
} from './interpret-row.ts';
import type { LoadedMapping, ReadingsMapping } from './mapping.ts';
import { BatchStore } from './store-batches.ts';

export type ImportProgress = { phase: 'checking' | 'storing'; done: number; total: number };

export type ImportInput = {
  path: string;
  loaded: LoadedMapping;
  /** Slug to use instead of the mapping's. */
  dataset?: string | undefined;
  maxBytes?: number | undefined;
  /** Called with what cannot be stored, as it is found; awaited, so that a slow rejects file slows the import. */
  onRejects?: (rejects: readonly Reject[]) => Promise<void> | void;
  onProgress?: (progress: ImportProgress) => void;
  /** Stops after the batch at hand; what is stored until then stays. */
  signal?: AbortSignal;
  /** Readings stored in one transaction. */
  batchSize?: number;
};

/** What became of a file's cells: stored + duplicates + conflictsDropped + missing + rejected = cells. */
export type ImportSummary = {
  dataset: string;
  datasetMade: boolean;
  /** The class that was asked for it and not given, because no office owns it. */
  heldBack: AccessClass | null;
  counts: RowCounts;
  stored: number;
  duplicates: number;
  conflictsDropped: number;
  conflictsKept: number;
  flagged: number;
  things: number;
  datastreams: number;
  /** True when it was stopped before the end; the cells counted are then those read so far. */
  stopped: boolean;
};

/**
 * Imports a file of readings. The file is read once for its form before anything is stored; then its readings are stored
 * in batches, each whole in one transaction together with the Things and Datastreams that it is the first to need.
 * Importing the same file again, or again after an interruption, adds only what is not there yet.
 * Errors: invalid (no such file, a malformed one, or a mapping that does not fit it: nothing is stored).
 */
export async function importFile(
  ctx: Ctx,
  input: ImportInput & { mapping: ReadingsMapping },
): Promise<ImportSummary> {
  checkPermission(ctx, 'import-files');
  const { path, loaded, mapping, signal } = input;
  const read = { maxBytes: input.maxBytes };
  const total = await checkFile(path, loaded, (header) => makeInterpreter(loaded, mapping, header), {
    ...read,
    onProgress: (bytes) => input.onProgress?.({ phase: 'checking', done: bytes.read, total: bytes.total }),
  });
  const dataset = datasetInputOf(mapping.dataset, input.dataset);
  const {
    id: datasetId,
    made,
    heldBack,
  } = await withTransaction(ctx.app, (tx) => ensureDataset(tx, dataset));

  const store = new BatchStore(ctx, datasetId);
  const size = input.batchSize ?? 20_000;
  let counts = emptyCounts();
  let waiting: ImportedReading[] = [];
  const inFlight: Promise<Reject[]>[] = [];
  let stopped = false;
  let rowsRead = 0;

  const conclude = async () => {
    const rejects = await inFlight.shift();
    if (rejects !== undefined && rejects.length > 0) await input.onRejects?.(rejects);
    input.onProgress?.({ phase: 'storing', done: rowsRead, total });
  };
  const begin = async (batch: ImportedReading[]) => {
    // One batch is stored, the next is handed over, and a third is read: all three at the same time.
    while (inFlight.length > 1) await conclude();
    const storing = store.store(batch, inFlight.at(-1));
    // Its failure is met in conclude(); until then nobody awaits it.
    storing.catch(() => undefined);
    inFlight.push(storing);
  };
  try {
    for await (const batch of interpretFile(path, loaded, mapping, read)) {
      counts = batch.interpreter.counts;
      rowsRead = batch.rowsRead;
      if (batch.rejects.length > 0) await input.onRejects?.(batch.rejects);
      waiting = waiting.length === 0 ? batch.readings : waiting.concat(batch.readings);
      while (waiting.length >= size) {
        await begin(waiting.slice(0, size));
        waiting = waiting.slice(size);
      }
      if (signal?.aborted) {
        stopped = true;
        break;
      }
    }
    if (waiting.length > 0) await begin(waiting);
    while (inFlight.length > 0) await conclude();
  } finally {
    // Something failed while batches were on their way: let them end before the connections are given up.
    await Promise.allSettled(inFlight);
  }
  for (const [reason, cells] of store.rejectedBy) {
    counts.rejected += cells;
    counts.rejectedBy.set(reason, (counts.rejectedBy.get(reason) ?? 0) + cells);
  }
  return {
    dataset: dataset.slug,
    datasetMade: made,
    heldBack,
    counts,
    ...store.tally,
    things: store.things.size,
    datastreams: store.datastreams,
    stopped,
  };
}
