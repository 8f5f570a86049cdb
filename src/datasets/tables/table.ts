import { z } from 'zod';
import type { ColumnType, TableColumn } from '../../release/index.ts';

/**
 * A table is what a dataset holds beside readings: rows with columns of real types. A file is uploaded (`staged`), a
 * person looks at the columns that were found in it and corrects them (the `plan`), then it is stored whole or not at
 * all. Columns are known to people by their names, to the database by their positions. Safe for the browser.
 */
export const columnTypes = [
  'text',
  'integer',
  'number',
  'boolean',
  'date',
  'time',
  'place',
] as const satisfies readonly ColumnType[];
export type { ColumnType, TableColumn };

export const storeModes = ['append', 'replace', 'upsert'] as const;
export type StoreMode = (typeof storeModes)[number];

/** How often a file may be fetched. */
export const fetchIntervals = ['PT15M', 'PT1H', 'P1D', 'P7D'] as const;

/** What PostgreSQL takes comfortably: a table of its own may have 1,600, with values in the row. */
export const mostColumns = 500;
/** Defaults of the software; no law sets them. */
export const limits = {
  /** Of one uploaded or fetched file. */
  fileBytes: 512 * 1024 * 1024,
  /** What a packed file may unpack to. */
  unpackedBytes: 4 * 1024 * 1024 * 1024,
  /** Of one record of a file, in characters. */
  recordLength: 1024 * 1024,
  /** Of one cell. */
  cellLength: 100_000,
  /** Rows whose faults are kept; more are counted. */
  rejects: 10_000,
  /** Rows that one answer holds, as in CKAN. */
  rows: 32_000,
  /** Rows below which nothing but the row number is indexed: a scan is as quick. */
  indexFrom: 20_000,
  /** Columns that are indexed in larger tables, the key's among them. */
  indexedColumns: 16,
} as const;

export const columnName = z
  .string()
  .transform((name) => name.normalize('NFC').trim())
  .pipe(
    z
      .string()
      .min(1, 'a column needs a name')
      .max(200, 'a column’s name has at most 200 characters')
      .refine((name) => !/\p{Cc}/u.test(name), 'a column’s name has no line breaks or control characters')
      .refine((name) => name !== '_id', '“_id” is the number of the row; take another name'),
  );

const plannedColumn = z.strictObject({
  /** Which field of the file's records, from 0. */
  field: z.number().int().min(0).max(20_000),
  name: columnName,
  type: z.enum(columnTypes),
  nullable: z.boolean().default(true),
  isKey: z.boolean().default(false),
  /** How the file writes it: of dates and times (see kit/files/time-format.ts), numbers (`,` for a decimal comma), places. */
  format: z.string().max(60).nullish(),
});
export type PlannedColumn = z.output<typeof plannedColumn>;

export const fileShape = z.discriminatedUnion('format', [
  z.strictObject({
    format: z.literal('csv'),
    encoding: z.string().max(40),
    delimiter: z.enum([',', ';', '\t', '|']),
    /** False: quotes are signs like others. */
    quotes: z.boolean().default(true),
    /** Rows may end early: what is missing at their end is empty. */
    fill: z.boolean().default(false),
    /** The line with the names, from 1; what stands before it is passed over. */
    header: z.number().int().min(1).max(1000),
  }),
  z.strictObject({
    format: z.literal('xlsx'),
    sheet: z.string().max(200),
    header: z.number().int().min(1).max(1000),
  }),
]);
export type FileShape = z.output<typeof fileShape>;

/** What seems to be wrong with a file, for a person to look at before it is stored. */
export type GuessNote = {
  what: 'same-name' | 'no-name' | 'ambiguous-day' | 'uneven' | 'legacy-encoding';
  at: string;
};

/** What a file seems to be: how it is written, its columns, and some of its rows. */
export type FileGuess = {
  file: FileShape;
  sheets: string[];
  columns: {
    field: number;
    name: string;
    type: ColumnType;
    format: string | null;
    empty: boolean;
    examples: string[];
  }[];
  notes: GuessNote[];
  /** Rows that were looked at. */
  rows: number;
};

/** What is to be done with a file: how it is read, which columns it has, and what becomes of the rows that are there. */
export const tablePlan = z
  .strictObject({
    file: fileShape,
    columns: z.array(plannedColumn).min(1).max(mostColumns),
    mode: z.enum(storeModes),
  })
  .superRefine(({ columns, mode }, check) => {
    const seen = new Map<string, number>();
    for (const [index, { name, isKey, nullable }] of columns.entries()) {
      const before = seen.get(name);
      if (before !== undefined)
        check.addIssue({
          code: 'custom',
          path: ['columns', index, 'name'],
          message: `two columns are called “${name}”; give each its own name`,
        });
      seen.set(name, index);
      if (isKey && nullable)
        check.addIssue({
          code: 'custom',
          path: ['columns', index, 'nullable'],
          message: `“${name}” is part of the key and must not be empty`,
        });
    }
    if (mode === 'upsert' && !columns.some(({ isKey }) => isKey))
      check.addIssue({
        code: 'custom',
        path: ['mode'],
        message: 'to update rows by key, say which column is the key',
      });
  });
export type TablePlan = z.output<typeof tablePlan>;

/** What a filter asks of a column. `within` is of places: west, south, east, north. */
export const filterKinds = ['is', 'from', 'to', 'contains', 'empty', 'within'] as const;
export type FilterKind = (typeof filterKinds)[number];
export type TableFilter = { column: string; kind: FilterKind; values: readonly string[] };

export type TableQuery = {
  /** All must hold. `is` with several values: one of them. */
  filters?: readonly TableFilter[];
  /** Words that must occur in the texts of a row. */
  q?: string;
  /** Names of columns, in the order wished; `_id` is the number of the row. */
  fields?: readonly string[];
  sort?: readonly { column: string; descending?: boolean }[];
  limit?: number;
  offset?: number;
  /** Instead of an offset: the `_id` after which to go on, in the order of `_id`. */
  after?: string;
};
