import type { Ctx } from '../../kit/context.ts';
import { fetchDueTables } from './fetch-tables.ts';
import { forgetOldUploads } from './forget-upload.ts';
import { settleTables } from './settle-table.ts';
import { storeUploads } from './upload-queue.ts';

/**
 * What happens to tables by itself: what is due is fetched, files that wait are stored, tables follow their access class and policy, old files
 * are forgotten. `wake` does it soon; a round that fails is tried again.
 */
export function openTableJobs(ctx: Ctx): { wake(): void; close(): Promise<void> } {
  const stop = new AbortController();
  let running: Promise<void> | undefined;
  let again = false;
  let forgottenAt = 0;
  const round = async () => {
    await fetchDueTables(ctx, stop.signal);
    await storeUploads(ctx, stop.signal);
    await settleTables(ctx);
    if (Date.now() - forgottenAt < 3_600_000) return;
    forgottenAt = Date.now();
    await forgetOldUploads(ctx);
  };
  const wake = () => {
    if (stop.signal.aborted) return;
    if (running) {
      again = true;
      return;
    }
    running = round()
      .catch((error: unknown) => ctx.log.warn({ err: error }, 'tables stand still'))
      .finally(() => {
        running = undefined;
        if (again) {
          again = false;
          wake();
        }
      });
  };
  const timer = setInterval(wake, 15_000);
  timer.unref();
  wake();
  return {
    wake,
    close: async () => {
      clearInterval(timer);
      stop.abort();
      await running;
    },
  };
}
