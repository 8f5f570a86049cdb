/**
 * A reading (SensorThings: Observation) on its way into the store. It has no states: once stored it is a fact; it may
 * be corrected (PATCH) or deleted under an approved disposition. Times are ISO 8601 in UTC. Safe for the browser.
 */
export type Reading = {
  datastreamId: string;
  phenomenonStart: string;
  /** Absent when the phenomenonTime is an instant. */
  phenomenonEnd?: string | null;
  resultTime?: string | null;
  /** Any JSON value but null; a finite number is stored as a number. */
  result: unknown;
  resultQuality?: unknown;
  validStart?: string | null;
  validEnd?: string | null;
  parameters?: unknown;
  /** Absent: the FeatureOfInterest made from the Thing's Location [STA 1.1 §10.4]. */
  featureId?: string | null;
};

// Sums and squares of such numbers stay within a double, and the numbers themselves within a single.
const largestResult = 1e38;

/** Whether a result can be kept: any JSON value but null, and no number so large that a mean of it would overflow. */
export function isStorableResult(result: unknown): boolean {
  if (typeof result === 'number') return Math.abs(result) <= largestResult;
  return result !== undefined && result !== null;
}

/**
 * What to do with a reading whose Datastream and time are stored already.
 * - `allow`: store it (SensorThings POST).
 * - otherwise one with the same result is a duplicate and dropped; one with another result is a conflict:
 *   `keep-first` and `reject` drop it, `keep-both` stores it.
 */
export type Repeats = 'allow' | 'keep-first' | 'keep-both' | 'reject';

export type StoredReadings = {
  stored: number;
  duplicates: number;
  conflictsDropped: number;
  /** Among `stored`: same time as another reading, other result (only with keep-both). */
  conflictsKept: number;
  /** Among `stored`: outside the Datastream's plausible range, flagged in resultQuality. */
  flagged: number;
  /** Positions in the batch of the conflicts dropped. */
  conflictPositions: number[];
  /** Ids of the stored readings by position in the batch; null where none was stored. Only if asked for. */
  ids?: (string | null)[];
};
