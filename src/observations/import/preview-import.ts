import { formatInstant } from '../../kit/files/local-time.ts';
import { checkFile, interpretFile } from './interpret-file.ts';
import { makeInterpreter, type Reject, type RowCounts, type Series } from './interpret-row.ts';
import type { LoadedMapping, ReadingsMapping } from './mapping.ts';

export type PreviewedReading = {
  line: number;
  thing: string;
  datastream: string;
  start: string;
  end: string | undefined;
  result: number | string | boolean;
  unit: string;
  plausible: boolean;
};

export type ImportPreview = {
  first: PreviewedReading[];
  counts: RowCounts;
  things: Series['thing'][];
  datastreams: number;
  /** Readings outside of their plausible range, repeats included. */
  implausible: number;
};

export type PreviewInput = {
  path: string;
  loaded: LoadedMapping;
  mapping: ReadingsMapping;
  /** How many readings to show. */
  show: number;
  maxBytes?: number | undefined;
  onRejects?: (rejects: readonly Reject[]) => Promise<void> | void;
};

/**
 * Reads a file as an import would, and stores nothing; needs no database. Duplicates and conflicts are not told: they
 * depend on what is stored.
 * Errors: as importFile.
 */
export async function previewImport(input: PreviewInput): Promise<ImportPreview> {
  const { path, loaded, mapping, show } = input;
  const read = { maxBytes: input.maxBytes };
  await checkFile(path, loaded, (header) => makeInterpreter(loaded, mapping, header), read);
  const first: PreviewedReading[] = [];
  let implausible = 0;
  let last: { counts: RowCounts; series: readonly Series[] } | undefined;
  for await (const batch of interpretFile(path, loaded, mapping, read)) {
    if (batch.rejects.length > 0) await input.onRejects?.(batch.rejects);
    for (const { line, series, start, end, result } of batch.readings) {
      const plausible = isPlausible(series, result);
      if (!plausible) implausible++;
      if (first.length >= show) continue;
      first.push({
        line,
        thing: series.thing.name,
        datastream: series.name,
        start: formatInstant(start),
        end: end === undefined ? undefined : formatInstant(end),
        result,
        unit: series.stream.unit?.symbol ?? '',
        plausible,
      });
    }
    last = batch.interpreter;
  }
  if (last === undefined) throw new Error('a checked file without a header');
  const things = [...new Set(last.series.map((series) => series.thing))];
  return { first, counts: last.counts, things, datastreams: last.series.length, implausible };
}

function isPlausible({ plausible: { min, max } }: Series, result: number | string | boolean): boolean {
  if (typeof result !== 'number') return true;
  return !((min !== undefined && result < min) || (max !== undefined && result > max));
}
