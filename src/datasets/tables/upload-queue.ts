import type { Ctx } from '../../kit/context.ts';
import { sqlState, type Tx, withTransaction } from '../../kit/database.ts';
import { withStaged } from '../../kit/files/staged-file.ts';
import { isProblem, Problem } from '../../kit/problem.ts';
import { recordAudit } from '../../people/index.ts';
import { parsePlan } from './confirm-upload.ts';
import { convertRows, type Reject, type Tally } from './convert-rows.ts';
import { findManaged } from './managed-table.ts';
import { readRecords } from './read-records.ts';
import { storeRows } from './store-rows.ts';

type Queued = { id: string; datasetId: string; fileName: string; plan: unknown; attempts: number };

/**
 * Stores the files that wait, one after the other, each in one transaction: a file is stored whole, but for the rows
 * that cannot be, or not at all. What a stop interrupts begins anew. Called by a job, and when a file has been confirmed.
 */
export async function storeUploads(ctx: Ctx, signal?: AbortSignal): Promise<number> {
  let done = 0;
  for (;;) {
    const { rows } = await ctx.app.query<Queued>(
      `update private.table_upload u set attempts = attempts + 1
       where u.id = (select q.id from private.table_upload q where q.state = 'queued' order by q.id limit 1 for update skip locked)
       returning u.id, u.dataset_id as "datasetId", u.file_name as "fileName", u.plan, u.attempts`,
    );
    const next = rows[0];
    if (!next || !(await storeOne(ctx, next, signal))) return done;
    done++;
  }
}

/** False when another process is at it. */
async function storeOne(ctx: Ctx, upload: Queued, signal: AbortSignal | undefined): Promise<boolean> {
  let tally: Tally | undefined;
  try {
    // A file that ends the process each time must not do so for ever.
    if (upload.attempts > 3)
      throw new Problem('busy', 'The program stopped each of the three times that it stored this file.');
    return await withStaged(ctx, 'table_upload_part', upload.id, (path) =>
      withTransaction(ctx.app, async (tx) => {
        const held = await tx.query(
          // Not `for update`: what tells the progress refers to this row.
          `select from private.table_upload where id = $1 and state = 'queued' for no key update skip locked`,
          [upload.id],
        );
        if (held.rowCount === 0) return false;
        const plan = parsePlan(upload.plan);
        const dataset = await findManaged(ctx, { upload: upload.id }, tx);
        const records = readRecords(
          path,
          plan.file,
          progressOf(ctx, upload.id, () => tally, signal),
        );
        const converted = convertRows(records, plan, dataset.zone);
        tally = converted.tally;
        const stored = await storeRows(tx, ctx, {
          datasetId: upload.datasetId,
          mode: plan.mode,
          columns: plan.columns.map(({ name, type, nullable, isKey, format }) => ({
            name,
            type,
            nullable,
            isKey,
            format,
          })),
          rows: converted.rows,
        });
        if (tally.bad * 2 > tally.read) throw tooManyBad(tally);
        await keepRejects(tx, upload.id, tally.rejects);
        await tx.query('delete from private.table_upload_part where upload_id = $1', [upload.id]);
        await tx.query(
          `update private.table_upload set state = 'stored', finished_at = $2, rows_stored = $3, rows_replaced = $4, rows_bad = $5, error = null
           where id = $1`,
          [upload.id, ctx.clock.now(), stored.rows, stored.replaced, tally.bad],
        );
        await recordAudit(tx, ctx, {
          kind: 'table-stored',
          subject: `dataset:${upload.datasetId}`,
          content: {
            dataset: dataset.slug,
            upload: upload.id,
            mode: plan.mode,
            rows: stored.rows,
            replaced: stored.replaced,
            bad: tally.bad,
          },
        });
        return true;
      }),
    );
  } catch (error) {
    // The program stops: the next start begins anew.
    if (signal?.aborted) {
      await ctx.app.query('update private.table_upload set attempts = attempts - 1 where id = $1', [
        upload.id,
      ]);
      return false;
    }
    const told = isProblem(error) ? error.message : databaseSays(error);
    if (told === undefined) throw error;
    await giveBack(ctx, upload.id, told, tally);
    return true;
  }
}

function tooManyBad({ bad, read, rejects }: Tally): Problem {
  const [first] = rejects;
  const example = first
    ? ` The first is line ${first.line}${first.column ? `, “${first.column}”` : ''}: ${first.reason}.`
    : '';
  return new Problem(
    'invalid',
    `${bad} of ${read} rows cannot be stored, which is more than half, so none was.${example}`,
  );
}

/** What only the database finds: a value too long for it, or no room. */
function databaseSays(error: unknown): string | undefined {
  const state = sqlState(error);
  if (state === undefined || !(error instanceof Error)) return undefined;
  if (/^(22|54)/.test(state)) return `The database refused a row: ${error.message}.`;
  if (/^53/.test(state)) return 'The database has no room for this file.';
  return undefined;
}

/** Back to whoever uploaded it, with the reason and the rows: another plan may do. */
async function giveBack(ctx: Ctx, upload: string, error: string, tally: Tally | undefined): Promise<void> {
  await withTransaction(ctx.app, async (tx) => {
    await keepRejects(tx, upload, tally?.rejects ?? []);
    await tx.query(
      `update private.table_upload set state = case when exists (select from private.table_upload_part p where p.upload_id = $1)
         then 'staged' else 'failed' end, error = $2, rows_bad = $3, finished_at = $4 where id = $1`,
      [upload, error, tally?.bad ?? null, ctx.clock.now()],
    );
  });
}

async function keepRejects(tx: Tx, upload: string, rejects: readonly Reject[]): Promise<void> {
  await tx.query('delete from private.table_reject where upload_id = $1', [upload]);
  await tx.query(
    `insert into private.table_reject (upload_id, number, line, column_name, value, reason)
     select $1, r.number, r.line, r.column_name, r.value, r.reason
     from unnest($2::bigint[], $3::text[], $4::text[], $5::text[]) with ordinality as r (line, column_name, value, reason, number)`,
    [
      upload,
      rejects.map(({ line }) => line),
      rejects.map(({ column }) => column),
      rejects.map(({ value }) => value.replaceAll('\0', '')),
      rejects.map(({ reason }) => reason),
    ],
  );
}

/** Tells every second how far it is, outside of the transaction that stores. */
function progressOf(
  ctx: Ctx,
  upload: string,
  tally: () => Tally | undefined,
  signal: AbortSignal | undefined,
): (part: number) => void {
  let last = Date.now();
  return (part) => {
    signal?.throwIfAborted();
    if (Date.now() - last < 1000) return;
    last = Date.now();
    ctx.app
      .query(
        `insert into private.table_progress (upload_id, rows_read, part) values ($1, $2, $3)
         on conflict (upload_id) do update set rows_read = excluded.rows_read, part = excluded.part`,
        [upload, tally()?.read ?? 0, part],
      )
      .catch((error: unknown) => ctx.log.warn({ err: error }, 'how far an upload is could not be told'));
  };
}
