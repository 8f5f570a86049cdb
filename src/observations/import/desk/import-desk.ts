import type { Ctx } from '../../../kit/context.ts';
import { Problem } from '../../../kit/problem.ts';
import type { MappingInput } from '../mapping.ts';
import type { Proposal } from '../propose-mapping.ts';

export type ImportDataset = {
  id: string;
  slug: string;
  title: string;
  place: string | null;
  office: string | null;
  zone: string;
};

/** Counts of a file's cells, as the command tells them. */
export type ImportCounts = {
  rows: number;
  emptyRows: number;
  cells: number;
  readings: number;
  missing: number;
  rejected: number;
  reasons: [reason: string, cells: number][];
};
export type DeskPreview = {
  first: { line: number; thing: string; datastream: string; start: string; result: string; unit: string }[];
  counts: ImportCounts;
  things: number;
  datastreams: number;
};
export type DeskSummary = {
  counts: ImportCounts;
  stored: number;
  duplicates: number;
  conflictsDropped: number;
  conflictsKept: number;
  flagged: number;
  things: number;
  datastreams: number;
  /** A stop interrupted it: what was stored before is among the duplicates. */
  resumed: boolean;
};

export type ImportUpload = {
  id: string;
  fileName: string;
  state: 'receiving' | 'staged' | 'previewing' | 'queued' | 'stored' | 'failed' | 'forgotten';
  proposal: Proposal | null;
  mapping: MappingInput | null;
  preview: DeskPreview | null;
  summary: DeskSummary | null;
  madeAt: string;
  by: string;
  part: number | null;
  error: string | null;
  rejects: { line: number; column: string; value: string; reason: string }[];
};

/** Most faults that are kept of one file; more are counted. A default of the software. */
export const mostRejects = 10_000;

/** A dataset by its slug, or that of an upload, and the clock of its place. Errors: not-found. */
export async function findImportDataset(
  ctx: Pick<Ctx, 'app'>,
  of: { dataset: string } | { upload: string },
): Promise<ImportDataset> {
  const { rows } = await ctx.app.query<ImportDataset>(
    `select d.id, d.slug, d.title, d.place, d.office, coalesce(p.time_zone,
       (select min(time_zone) from released.place where parent is null having count(*) = 1), 'UTC') as zone
     from private.dataset d left join released.place p on p.slug = d.place
     where d.kind = 'own' and ${'dataset' in of ? 'd.slug = $1' : 'd.id = (select u.dataset_id from private.import_file u where u.id::text = $1)'}`,
    ['dataset' in of ? of.dataset : of.upload],
  );
  if (rows[0]) return rows[0];
  throw new Problem(
    'not-found',
    'dataset' in of ? `There is no dataset “${of.dataset}”.` : 'There is no such file.',
  );
}
