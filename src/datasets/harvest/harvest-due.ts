import type { Ctx } from '../../kit/context.ts';
import { isProblem } from '../../kit/problem.ts';
import { checkPermission } from '../../people/index.ts';
import { harvestSource } from './harvest-source.ts';

/** Reads every source whose time has come, one after the other. Called by a job; returns how many were read. */
export async function harvestDue(ctx: Ctx, input: { signal?: AbortSignal } = {}): Promise<number> {
  checkPermission(ctx, 'run-the-installation');
  const { rows } = await ctx.app.query<{ id: string }>(
    `select id::text from private.harvest_source
     where enabled and next_at <= $1 and (claimed_until is null or claimed_until <= $1) order by next_at`,
    [ctx.clock.now()],
  );
  let done = 0;
  for (const { id } of rows) {
    if (input.signal?.aborted) break;
    try {
      await harvestSource(ctx, { source: id, ...input });
      done++;
    } catch (error) {
      // Its page says why; the others are read all the same.
      ctx.log.warn(
        { source: id, ...(isProblem(error) ? { reason: error.message } : { err: error }) },
        'a source could not be harvested',
      );
    }
  }
  return done;
}
