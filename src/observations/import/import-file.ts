import type { Ctx } from '../../kit/context.ts';
import { sqlState, type Tx, withTransaction } from '../../kit/database.ts';
import { isProblem, Problem } from '../../kit/problem.ts';
import { ensureDataset } from '../../release/index.ts';
import type { Reading } from '../reading.ts';
import { storeReadingsIn } from '../store-readings.ts';
import { datasetInputOf } from './dataset-of-mapping.ts';
import { ensureSeries, type NewSeries } from './ensure-series.ts';
import { checkFile, interpretFile } from './interpret-file.ts';
import {
  type ImportedReading,
  makeInterpreter,
  type Reject,
  type RowCounts,
  type Series,
} from './interpret-row.ts';
import { formatInstant } from './local-time.ts';
import type { ConflictRule, LoadedMapping, ReadingsMapping } from './mapping.ts';

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

type Tally = Pick<ImportSummary, 'stored' | 'duplicates' | 'conflictsDropped' | 'conflictsKept' | 'flagged'>;

const conflictReason = 'another result is stored for this time';

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
  if (ctx.actor.kind !== 'operator') {
    throw new Problem('not-allowed', 'Files are imported by an operator, at the shell of the installation.');
  }
  const { path, loaded, mapping, signal } = input;
  const read = input.maxBytes === undefined ? {} : { maxBytes: input.maxBytes };
  const total = await checkFile(path, loaded, (header) => makeInterpreter(loaded, mapping, header), {
    ...read,
    onProgress: (bytes) => input.onProgress?.({ phase: 'checking', done: bytes.read, total: bytes.total }),
  });
  const dataset = datasetInputOf(mapping.dataset, input.dataset);
  const { id: datasetId, made } = await withTransaction(ctx.app, (tx) => ensureDataset(tx, dataset));

  const store = new BatchStore(ctx, datasetId);
  const size = input.batchSize ?? 20_000;
  let counts = emptyCounts();
  let waiting: ImportedReading[] = [];
  let inFlight: Promise<Reject[]> = Promise.resolve([]);
  let stopped = false;
  let rowsRead = 0;

  const conclude = async (done: number) => {
    const rejects = await inFlight;
    inFlight = Promise.resolve([]);
    if (rejects.length > 0) await input.onRejects?.(rejects);
    input.onProgress?.({ phase: 'storing', done, total });
  };
  try {
    for await (const batch of interpretFile(path, loaded, mapping, read)) {
      counts = batch.interpreter.counts;
      rowsRead = batch.rowsRead;
      if (batch.rejects.length > 0) await input.onRejects?.(batch.rejects);
      waiting = waiting.length === 0 ? batch.readings : waiting.concat(batch.readings);
      while (waiting.length >= size) {
        // One batch is stored while the next is read: the database and this process work at the same time.
        await conclude(rowsRead);
        inFlight = store.store(waiting.slice(0, size));
        // Its failure is met in conclude(); until then nobody awaits it.
        inFlight.catch(() => undefined);
        waiting = waiting.slice(size);
      }
      if (signal?.aborted) {
        stopped = true;
        break;
      }
    }
    await conclude(rowsRead);
    if (waiting.length > 0) inFlight = store.store(waiting);
    await conclude(rowsRead);
  } finally {
    // Reading failed while a batch was on its way: let it end before the connection is given up.
    await inFlight.catch(() => undefined);
  }
  for (const [reason, cells] of store.rejectedBy) {
    counts.rejected += cells;
    counts.rejectedBy.set(reason, (counts.rejectedBy.get(reason) ?? 0) + cells);
  }
  return {
    dataset: dataset.slug,
    datasetMade: made,
    counts,
    ...store.tally,
    things: store.things.size,
    datastreams: store.datastreams,
    stopped,
  };
}

function emptyCounts(): RowCounts {
  return {
    rows: 0,
    emptyRows: 0,
    leftOutRows: 0,
    cells: 0,
    readings: 0,
    missing: { empty: 0, code: 0, absent: 0 },
    rejected: 0,
    rejectedBy: new Map(),
  };
}

/** Stores batches one after the other and counts what became of them. */
class BatchStore {
  readonly tally: Tally = { stored: 0, duplicates: 0, conflictsDropped: 0, conflictsKept: 0, flagged: 0 };
  readonly rejectedBy = new Map<string, number>();
  readonly things = new Set<string>();
  datastreams = 0;
  readonly #ctx: Ctx;
  readonly #datasetId: string;
  readonly #ids: string[] = [];

  constructor(ctx: Ctx, datasetId: string) {
    this.#ctx = ctx;
    this.#datasetId = datasetId;
  }

  /** One transaction. Returns the conflicts that the mapping rejects. */
  async store(batch: readonly ImportedReading[]): Promise<Reject[]> {
    const added = this.#added(batch);
    const outcome = await withTransaction(this.#ctx.app, async (tx) => {
      const ids =
        added.length > 0 ? await ensureSeries(tx, this.#datasetId, added) : new Map<Series, string>();
      return { ids, ...(await this.#storeByRule(tx, batch, ids)) };
    }).catch((error: unknown) => {
      throw lost(error) ?? error;
    });
    for (const [series, id] of outcome.ids) {
      this.#ids[series.index] = id;
      this.things.add(series.thing.key);
      this.datastreams++;
    }
    for (const name of Object.keys(this.tally) as (keyof Tally)[]) this.tally[name] += outcome.tally[name];
    if (outcome.rejects.length > 0) {
      this.rejectedBy.set(
        conflictReason,
        (this.rejectedBy.get(conflictReason) ?? 0) + outcome.rejects.length,
      );
    }
    if (outcome.tally.stored > 0) this.#ctx.emit({ kind: 'readings-stored', readings: outcome.tally.stored });
    return outcome.rejects;
  }

  #added(batch: readonly ImportedReading[]): NewSeries[] {
    const added = new Map<Series, NewSeries>();
    for (const { series, start } of batch) {
      if (this.#ids[series.index] !== undefined) continue;
      const known = added.get(series);
      if (known === undefined) added.set(series, { series, since: start });
      else if (start < known.since) known.since = start;
    }
    return [...added.values()];
  }

  async #storeByRule(
    tx: Tx,
    batch: readonly ImportedReading[],
    fresh: ReadonlyMap<Series, string>,
  ): Promise<{ tally: Tally; rejects: Reject[] }> {
    const tally: Tally = { stored: 0, duplicates: 0, conflictsDropped: 0, conflictsKept: 0, flagged: 0 };
    const rejects: Reject[] = [];
    const groups = new Map<ConflictRule, ImportedReading[]>();
    for (const reading of batch) {
      const group = groups.get(reading.series.conflict);
      if (group) group.push(reading);
      else groups.set(reading.series.conflict, [reading]);
    }
    for (const [rule, group] of groups) {
      const result = await storeReadingsIn(tx, { readings: this.#toReadings(group, fresh), repeats: rule });
      tally.stored += result.stored;
      tally.duplicates += result.duplicates;
      tally.conflictsKept += result.conflictsKept;
      tally.flagged += result.flagged;
      if (rule === 'reject') {
        for (const position of result.conflictPositions) {
          const reading = group[position];
          if (reading) rejects.push(conflictReject(reading));
        }
      } else tally.conflictsDropped += result.conflictsDropped;
    }
    return { tally, rejects };
  }

  #toReadings(group: readonly ImportedReading[], fresh: ReadonlyMap<Series, string>): Reading[] {
    // The columns of one row share their times.
    let lastStart = Number.NaN;
    let lastEnd: number | undefined;
    let start = '';
    let end: string | null = null;
    return group.map((reading) => {
      if (reading.start !== lastStart || reading.end !== lastEnd) {
        start = formatInstant(reading.start);
        end = reading.end === undefined ? null : formatInstant(reading.end);
        lastStart = reading.start;
        lastEnd = reading.end;
      }
      const datastreamId = this.#ids[reading.series.index] ?? fresh.get(reading.series);
      if (datastreamId === undefined) throw new Error('a reading without its datastream');
      return { datastreamId, phenomenonStart: start, phenomenonEnd: end, result: reading.result };
    });
  }
}

/** A database that went away, or has no room, is nothing that the file can help. */
function lost(error: unknown): Problem | undefined {
  if (!(error instanceof Error) || isProblem(error)) return undefined;
  const state = sqlState(error);
  if (
    state === undefined
      ? !/connection|terminated|ECONN|EPIPE|socket/i.test(error.message)
      : !/^(08|53|57)/.test(state)
  )
    return undefined;
  return new Problem(
    'busy',
    `The database was lost while a batch was stored (${error.message}). What was stored before it stays: import the same file again to go on.`,
    { cause: error },
  );
}

function conflictReject({ line, series, text }: ImportedReading): Reject {
  return { line, column: series.stream.column, value: text, reason: conflictReason, cells: 1 };
}
