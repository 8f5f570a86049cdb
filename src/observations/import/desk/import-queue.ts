import type { Ctx } from '../../../kit/context.ts';
import { type Tx, withTransaction } from '../../../kit/database.ts';
import { withStaged } from '../../../kit/files/staged-file.ts';
import { isProblem, Problem } from '../../../kit/problem.ts';
import { recordAudit } from '../../../people/index.ts';
import { importFile } from '../import-file.ts';
import type { Reject, RowCounts } from '../interpret-row.ts';
import { previewImport } from '../preview-import.ts';
import { readMapping } from '../read-mapping.ts';
import { type DeskPreview, type DeskSummary, type ImportCounts, mostRejects } from './import-desk.ts';

type Waiting = {
  id: string;
  datasetId: string;
  slug: string;
  state: 'previewing' | 'queued';
  mapping: unknown;
  attempts: number;
};

/**
 * Reads and stores the files that wait, those of one dataset one after the other. What a stop interrupts begins anew: only
 * what is not stored yet is added then. Called by a job, and when a file has been confirmed.
 */
export async function runImports(ctx: Ctx, signal?: AbortSignal): Promise<number> {
  let done = 0;
  const seen: string[] = [];
  while (!signal?.aborted) {
    const { rows } = await ctx.app.query<{ id: string; datasetId: string }>(
      `select id, dataset_id as "datasetId" from private.import_file
       where state in ('previewing', 'queued') and not id = any ($1) order by id limit 1`,
      [seen],
    );
    const [next] = rows;
    if (!next) return done;
    seen.push(next.id);
    // Held until it is done; the database frees it when the process is gone.
    await withTransaction(ctx.app, async (tx) => {
      const { rows: held } = await tx.query<{ got: boolean }>(
        `select pg_try_advisory_xact_lock(hashtextextended('import:' || $1, 0)) as got`,
        [next.datasetId],
      );
      if (held[0]?.got && (await runOne(ctx, next.id, signal))) done++;
    });
  }
  return done;
}

async function runOne(ctx: Ctx, id: string, signal: AbortSignal | undefined): Promise<boolean> {
  const { rows } = await ctx.app.query<Waiting>(
    `update private.import_file u set attempts = attempts + 1 from private.dataset d
     where u.id = $1 and d.id = u.dataset_id and u.state in ('previewing', 'queued')
     returning u.id, u.dataset_id as "datasetId", d.slug, u.state, u.mapping, u.attempts`,
    [id],
  );
  const [upload] = rows;
  if (!upload) return false;
  const rejects: Reject[] = [];
  const onRejects = (found: readonly Reject[]) => {
    rejects.push(...found.slice(0, mostRejects - rejects.length));
  };
  try {
    // A file that ends the process each time must not do so for ever.
    if (upload.attempts > 3)
      throw new Problem('busy', 'The program stopped each of the three times that it read this file.');
    const loaded = readMapping(JSON.stringify(upload.mapping), 'mapping');
    const { mapping } = loaded;
    if (!('datastreams' in mapping)) throw new Problem('invalid', 'This mapping is of a register.');
    await withStaged(ctx, 'import_file_part', id, async (path) => {
      const input = { path, loaded, mapping, onRejects };
      try {
        if (upload.state === 'previewing') {
          const preview = await previewImport({ ...input, show: 10 });
          await finish(ctx, upload, 'staged', { preview: previewOf(preview) }, rejects);
          return;
        }
        const summary = await importFile(ctx, {
          ...input,
          dataset: upload.slug,
          onProgress: progressOf(ctx, id),
          ...(signal ? { signal } : {}),
        });
        if (summary.stopped) return await again(ctx, id);
        const { counts, datasetMade: _, dataset: __, heldBack: ___, stopped: ____, ...tally } = summary;
        const told: DeskSummary = { ...tally, counts: countsOf(counts), resumed: upload.attempts > 1 };
        await finish(ctx, upload, 'stored', { summary: told }, rejects);
      } catch (error) {
        if (!isProblem(error)) throw error;
        throw new Problem(
          error.kind,
          error.message.replaceAll(`${path}: `, '').replaceAll(path, 'the file'),
          {
            cause: error,
          },
        );
      }
    });
  } catch (error) {
    if (signal?.aborted) {
      await again(ctx, id);
      return false;
    }
    // The database was away: the next round goes on.
    if (!isProblem(error) || (error.kind === 'busy' && upload.attempts <= 3)) throw error;
    await withTransaction(ctx.app, async (tx) => {
      await keepRejects(tx, id, rejects);
      await tx.query(
        `update private.import_file set state = 'staged', preview = null, part = null, error = $2 where id = $1`,
        [id, error.message],
      );
    });
  }
  return true;
}

async function again(ctx: Ctx, id: string): Promise<void> {
  await ctx.app.query('update private.import_file set attempts = greatest(attempts - 1, 1) where id = $1', [
    id,
  ]);
}

async function finish(
  ctx: Ctx,
  upload: Waiting,
  state: 'staged' | 'stored',
  found: { preview?: DeskPreview; summary?: DeskSummary },
  rejects: readonly Reject[],
): Promise<void> {
  await withTransaction(ctx.app, async (tx) => {
    await keepRejects(tx, upload.id, rejects);
    await tx.query(
      `update private.import_file set state = $2, preview = coalesce($3, preview), summary = $4, part = null, error = null,
         finished_at = $5 where id = $1`,
      [
        upload.id,
        state,
        found.preview && jsonOf(found.preview),
        found.summary && jsonOf(found.summary),
        state === 'stored' ? ctx.clock.now() : null,
      ],
    );
    if (!found.summary) return;
    await tx.query('delete from private.import_file_part where upload_id = $1', [upload.id]);
    const { stored, duplicates, conflictsDropped, counts } = found.summary;
    await recordAudit(tx, ctx, {
      kind: 'import-stored',
      subject: `dataset:${upload.datasetId}`,
      content: {
        dataset: upload.slug,
        upload: upload.id,
        stored,
        duplicates,
        conflictsDropped,
        rejected: counts.rejected,
      },
    });
  });
}

async function keepRejects(tx: Tx, upload: string, rejects: readonly Reject[]): Promise<void> {
  await tx.query('delete from private.import_reject where upload_id = $1', [upload]);
  await tx.query(
    `insert into private.import_reject (upload_id, number, line, column_name, value, reason)
     select $1, r.number, r.line, r.column_name, r.value, r.reason
     from unnest($2::bigint[], $3::text[], $4::text[], $5::text[]) with ordinality as r (line, column_name, value, reason, number)`,
    [
      upload,
      rejects.map(({ line }) => line),
      rejects.map(({ column }) => column),
      rejects.map(({ value }) => value.replaceAll('\0', '').slice(0, 1000)),
      rejects.map(({ reason }) => reason),
    ],
  );
}

const jsonOf = (value: object) => JSON.stringify(value).replaceAll('\\u0000', '');

function previewOf(preview: Awaited<ReturnType<typeof previewImport>>): DeskPreview {
  return {
    first: preview.first.map(({ line, thing, datastream, start, result, unit }) => ({
      line,
      thing,
      datastream,
      start,
      result: String(result).slice(0, 100),
      unit,
    })),
    counts: countsOf(preview.counts),
    things: preview.things.length,
    datastreams: preview.datastreams,
  };
}

function countsOf({
  rows,
  emptyRows,
  cells,
  readings,
  missing,
  rejected,
  rejectedBy,
}: RowCounts): ImportCounts {
  const reasons = [...rejectedBy].sort((a, b) => b[1] - a[1]).slice(0, 8);
  const { empty, code, absent } = missing;
  return { rows, emptyRows, cells, readings, missing: empty + code + absent, rejected, reasons };
}

/** Tells every second how far it is: reading it through is a quarter of the work. */
function progressOf(ctx: Ctx, id: string) {
  let last = Date.now();
  return ({ phase, done, total }: { phase: 'checking' | 'storing'; done: number; total: number }) => {
    if (Date.now() - last < 1000) return;
    last = Date.now();
    const share = total === 0 ? 1 : done / total;
    const part = phase === 'checking' ? share / 4 : 0.25 + share * 0.75;
    ctx.app
      .query('update private.import_file set part = $2 where id = $1', [id, part])
      .catch((error: unknown) => ctx.log.warn({ err: error }, 'how far an import is could not be told'));
  };
}
