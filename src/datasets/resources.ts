import type { External } from './elsewhere.ts';
import type { Entry } from './entries.ts';
import { filePath } from './files/published-file.ts';

/** A way to get a dataset, as every catalog lists it. */
export type Resource = {
  /** Stays the same for as long as the dataset and the format do. */
  id: string;
  name: string;
  description: string;
  /** Short, as people say it: CSV. */
  format: string;
  /** Absent for an API. */
  mediaType?: string;
  url: string;
  /** Whether the address gives the file itself; else it is where an API begins, or, elsewhere, what its portal says. */
  isFile: boolean;
  /** Of a file that never changes. */
  published?: { bytes: number; sha256: string; madeAt: string };
  isElsewhere?: true;
};

export const formats = {
  csv: { format: 'CSV', mediaType: 'text/csv', path: 'readings.csv' },
  json: { format: 'JSON', mediaType: 'application/json', path: 'readings.json' },
  geojson: { format: 'GeoJSON', mediaType: 'application/geo+json', path: 'readings.geojson' },
  jsonl: { format: 'JSONL', mediaType: 'application/jsonl', path: 'readings.jsonl' },
  parquet: { format: 'Parquet', mediaType: 'application/vnd.apache.parquet', path: 'readings.parquet' },
  document: { format: 'SensorThings', mediaType: 'application/json', path: 'sensorthings.json' },
} as const;
export type ResourceFormat = keyof typeof formats;

const names: Record<ResourceFormat, [name: string, description: string]> = {
  csv: ['readings', 'All readings as comma-separated values, sensor after sensor, in the order of time.'],
  json: ['readings (JSON)', 'All readings as one JSON array.'],
  geojson: ['readings (GeoJSON)', 'All readings as GeoJSON, each where it was made.'],
  jsonl: ['readings (JSON Lines)', 'All readings, a JSON object on each line.'],
  parquet: ['readings (Parquet)', 'All readings in typed columns.'],
  document: [
    'readings (SensorThings JSON)',
    'All Datastreams with their sensors and Observations in one document.',
  ],
};

// Kinds of things whose ids are told as UUIDs; a number stays with its kind for ever.
const kinds = {
  dataset: 0,
  csv: 1,
  json: 2,
  geojson: 3,
  sensorthings: 4,
  jsonl: 5,
  parquet: 6,
  document: 7,
  file: 8,
  external: 9,
  table: 10,
  'table-lines': 11,
} as const;
export type UuidKind = keyof typeof kinds;

/** A number of ours, and a position among its parts, as a UUID of version 8 [RFC 9562 §5.8], for programs that expect one. */
export function uuidOf(kind: UuidKind, id: string, position = 0): string {
  const hex = BigInt(id).toString(16).padStart(16, '0');
  const its = kinds[kind].toString(16).padStart(3, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${its}-8000-${position.toString(16).padStart(8, '0')}${hex.slice(12)}`;
}

/** What such a UUID names; undefined for any other text. */
export function fromUuid(text: string): { kind: UuidKind; id: string } | undefined {
  const [, high, middle, its, position = '', low] =
    /^([0-7][0-9a-f]{7})-([0-9a-f]{4})-8([0-9a-f]{3})-8000-([0-9a-f]{8})([0-9a-f]{4})$/.exec(
      text.toLowerCase(),
    ) ?? [];
  if (high === undefined || middle === undefined || its === undefined || low === undefined) return undefined;
  const kind = (Object.keys(kinds) as UuidKind[]).find((each) => kinds[each] === Number.parseInt(its, 16));
  if (kind !== 'external' && Number.parseInt(position, 16) !== 0) return undefined;
  return kind && { kind, id: BigInt(`0x${high}${middle}${low}`).toString() };
}

/** The first rows of a dataset's table, by CKAN's API. */
export const rowsPath = (id: string): string =>
  `/api/3/action/datastore_search?resource_id=${uuidOf('table', id)}&limit=5`;

/** How to get this dataset; nothing for one that is only listed. */
export function resourcesOf(entry: Entry, publicUrl: string): Resource[] {
  if (entry.external) return externalResources(entry.id, entry.external);
  if (entry.access !== 'open') return [];
  const files = (Object.keys(formats) as ResourceFormat[]).map((key): Resource => {
    const { format, mediaType, path } = formats[key];
    const [name, description] = names[key];
    const url = `${publicUrl}/datasets/${entry.slug}/${path}`;
    return { id: uuidOf(key, entry.id), name, description, format, mediaType, url, isFile: true };
  });
  const months = entry.files.map(
    (file): Resource => ({
      id: uuidOf('file', file.id),
      name: `${file.month} (Parquet)`,
      description: `Readings of ${file.month} as they were published, in typed columns. This address never gives anything else.`,
      format: 'Parquet',
      mediaType: formats.parquet.mediaType,
      url: `${publicUrl}${filePath(entry.slug, file)}`,
      isFile: true,
      published: { bytes: file.bytes, sha256: file.sha256, madeAt: file.madeAt },
    }),
  );
  const base = `${publicUrl}/datasets/${entry.slug}`;
  const table: Resource[] = entry.table
    ? [
        {
          id: uuidOf('table', entry.id),
          name: 'table',
          description: 'All rows as comma-separated values.',
          format: 'CSV',
          mediaType: 'text/csv',
          url: `${base}/table.csv`,
          isFile: true,
        },
        {
          id: uuidOf('table-lines', entry.id),
          name: 'table (JSON Lines)',
          description: 'All rows, a JSON object on each line.',
          format: 'JSONL',
          mediaType: 'application/jsonl',
          url: `${base}/table.jsonl`,
          isFile: true,
        },
      ]
    : [];
  // A table without readings has no empty files of readings beside it.
  if (entry.table && entry.datastreams === 0) return table;
  return [
    ...table,
    ...files,
    ...months,
    {
      id: uuidOf('sensorthings', entry.id),
      name: 'SensorThings API',
      description: 'Sensors and readings, to be queried by OGC SensorThings API 1.1.',
      format: 'API',
      url: `${publicUrl}/v1.1`,
      isFile: false,
    },
  ];
}

function externalResources(id: string, { distributions, portal }: External): Resource[] {
  return distributions.map(({ title, format, url }, position) => ({
    id: uuidOf('external', id, position),
    name: title || format || new URL(url).hostname,
    description: `At ${portal}`,
    format,
    url,
    isFile: false,
    isElsewhere: true,
  }));
}
