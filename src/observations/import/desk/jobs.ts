import type { Ctx } from '../../../kit/context.ts';
import { forgetOldImports } from './forget-import.ts';
import { runImports } from './import-queue.ts';

/** What happens to files of readings by itself: those that wait are read and stored, old ones are forgotten. `wake` does it soon. */
export function openImportJobs(ctx: Ctx): { wake(): void; close(): Promise<void> } {
  const stop = new AbortController();
  let running: Promise<void> | undefined;
  let again = false;
  let forgottenAt = 0;
  const round = async () => {
    await runImports(ctx, stop.signal);
    if (Date.now() - forgottenAt < 3_600_000) return;
    forgottenAt = Date.now();
    await forgetOldImports(ctx);
  };
  const wake = () => {
    if (stop.signal.aborted) return;
    if (running) {
      again = true;
      return;
    }
    running = round()
      .catch((error: unknown) => ctx.log.warn({ err: error }, 'imports stand still'))
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
