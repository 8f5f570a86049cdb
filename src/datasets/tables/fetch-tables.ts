import type { Ctx } from '../../kit/context.ts';
import { fetchOutside } from '../../kit/fetch-outside.ts';
import { isProblem, Problem } from '../../kit/problem.ts';
import { confirmUpload } from './confirm-upload.ts';
import { receiveUpload } from './receive-upload.ts';
import { type FileGuess, limits, type StoreMode, type TablePlan } from './table.ts';

type Due = {
  datasetId: string;
  dataset: string;
  url: string;
  mode: StoreMode;
  etag: string | null;
  lastModified: string | null;
  /** How the newest file was stored. */
  stored: Stored | null;
};
type Stored = { plan: TablePlan; guess: FileGuess };

/**
 * Fetches the tables that are due, one after the other. A file comes in as if it were uploaded, and is stored as the newest
 * one was; a first one, and one whose columns are others, waits for a person. A job; a failure is told on the steward's page.
 */
export async function fetchDueTables(ctx: Ctx, signal?: AbortSignal): Promise<number> {
  for (let done = 0; ; done++) {
    // Taken by moving its next time on: another process takes another one, and a stop in the middle is not tried for ever.
    const { rows } = await ctx.app.query<Due>(
      `update private.table_fetch f set next_at = $1::timestamptz + f.every, last_at = $1
       from private.dataset d
       where d.id = f.dataset_id and f.dataset_id = (select q.dataset_id from private.table_fetch q
         where q.next_at <= $1 order by q.next_at limit 1 for update skip locked)
       returning f.dataset_id as "datasetId", d.slug as dataset, f.url, f.mode, f.etag, f.last_modified as "lastModified",
         (select json_build_object('plan', u.plan, 'guess', u.guess) from private.table_upload u where u.dataset_id = f.dataset_id and u.state = 'stored' order by u.id desc limit 1) as stored`,
      [ctx.clock.now()],
    );
    const [due] = rows;
    if (!due || signal?.aborted) return done;
    try {
      const result = await fetchOne(ctx, due, signal);
      await tell(ctx, due, result, null);
    } catch (error) {
      if (!isProblem(error))
        ctx.log.warn({ err: error, dataset: due.dataset }, 'a table could not be fetched');
      await tell(
        ctx,
        due,
        'failed',
        isProblem(error) ? error.message : 'It broke off. It is tried again at its time.',
      );
    }
  }
}

async function fetchOne(
  ctx: Ctx,
  due: Due,
  signal: AbortSignal | undefined,
): Promise<'unchanged' | 'waits' | 'queued'> {
  const fetched = await fetchOutside(due.url, {
    bytes: limits.fileBytes,
    milliseconds: 10 * 60_000,
    inside: ctx.config.FETCH_INTERNAL,
    accept: 'text/csv, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet, */*;q=0.5',
    unless: due,
    signal,
  });
  if (fetched.unchanged) return 'unchanged';
  const { upload, guess, error } = await receiveUpload(ctx, {
    dataset: due.dataset,
    fileName: decodeURIComponentSafely(new URL(fetched.url).pathname.split('/').at(-1) ?? ''),
    content: fetched.body,
    source: 'fetch',
  });
  if (!guess) throw new Problem('invalid', error ?? 'The file cannot be read.');
  if (!due.stored) return 'waits';
  await confirmUpload(ctx, { upload, plan: planLike(due.stored, guess, due.mode) });
  await ctx.app.query('update private.table_fetch set etag = $2, last_modified = $3 where dataset_id = $1', [
    due.datasetId,
    fetched.etag,
    fetched.lastModified,
  ]);
  return 'queued';
}

/** The columns of the plan, wherever the file has them now. Errors: conflict, when it lacks one of them. */
function planLike({ plan, guess: before }: Stored, guess: FileGuess, mode: StoreMode): TablePlan {
  const columns = plan.columns.map((column) => {
    // A person may have given it another name than the file does.
    const written = before.columns.find(({ field }) => field === column.field)?.name;
    const now = guess.columns.find(({ name }) => name === written);
    if (!now)
      throw new Problem(
        'conflict',
        `The file has no column “${written}” any more. Look at it, and store it by hand.`,
      );
    return { ...column, field: now.field };
  });
  const keyed = columns.some(({ isKey }) => isKey);
  return { file: guess.file, columns, mode: mode === 'append' && keyed ? 'upsert' : mode };
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function tell(ctx: Ctx, due: Due, result: string, error: string | null): Promise<void> {
  await ctx.app.query(
    `update private.table_fetch set last_result = $2, last_error = $3, failures = case when $3::text is null then 0 else failures + 1 end
     where dataset_id = $1`,
    [due.datasetId, result, error],
  );
}
