import type { Ctx } from '../../kit/context.ts';
import { sqlState, type Tx, withTransaction } from '../../kit/database.ts';
import { formatInstant } from '../../kit/files/local-time.ts';
import { isProblem, Problem } from '../../kit/problem.ts';
import type { Reading, StoredReadings } from '../reading.ts';
import { storeReadingsIn } from '../store-readings.ts';
import { ensureSeries, type NewSeries } from './ensure-series.ts';
import type { ImportedReading, Reject, Series } from './interpret-row.ts';
import type { ConflictRule } from './mapping.ts';

export type Tally = Pick<
  StoredReadings,
  'stored' | 'duplicates' | 'conflictsDropped' | 'conflictsKept' | 'flagged'
>;

const conflictReason = 'another result is stored for this time';

/** Stores batches one after the other and counts what became of them. */
export class BatchStore {
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

  /**
   * Stores a batch, judged after those of `after`, the batch before it, are stored. Once every Datastream is known, it
   * goes in two transactions at the same time, each with Datastreams of its own: a database has more than one core.
   * Returns the conflicts that the mapping rejects. @throws Problem `busy` when the database is lost
   */
  async store(batch: readonly ImportedReading[], after?: Promise<unknown>): Promise<Reject[]> {
    let added = this.#added(batch);
    if (added.length > 0) {
      // What the batch before adds is known once it is stored; two that add at a time could wait for each other.
      await after;
      added = this.#added(batch);
    }
    if (added.length > 0) return this.#storeTogether(batch, added, after);
    const halves = [0, 1].map((half) => batch.filter(({ series }) => series.index % 2 === half));
    const storing = halves
      .filter((half) => half.length > 0)
      .map((half) => this.#storeTogether(half, added, after));
    // If one fails, the other still ends before that is told.
    await Promise.allSettled(storing);
    return (await Promise.all(storing)).flat();
  }

  /** Stores readings in one transaction, together with the Things and Datastreams that they are the first to need. */
  async #storeTogether(
    batch: readonly ImportedReading[],
    added: readonly NewSeries[],
    after: Promise<unknown> | undefined,
  ): Promise<Reject[]> {
    const outcome = await withTransaction(this.#ctx.app, async (tx) => {
      const ids =
        added.length > 0 ? await ensureSeries(tx, this.#datasetId, added) : new Map<Series, string>();
      return { ids, ...(await this.#storeByRule(tx, batch, ids, after)) };
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
    after: Promise<unknown> | undefined,
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
      const readings = this.#toReadings(group, fresh);
      const result = await storeReadingsIn(tx, { readings, repeats: rule, after }, this.#ctx.clock.now());
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
