import type { Ctx } from '../kit/context.ts';
import { checkPermission } from '../people/index.ts';
import { discardKeys, releaseAllDue } from './derive.ts';
import { settleAll } from './settlement.ts';

/**
 * Releases the stretches of time that are due, finishes what a change of class or policy has left to do, and discards the
 * keys whose time is over. Several processes may do it at once. Returns how many stretches were released.
 */
export async function releaseWhatIsDue(ctx: Ctx): Promise<number> {
  checkPermission(ctx, 'run-the-installation');
  const total = await releaseAllDue(ctx);
  await settleAll(ctx);
  await discardKeys(ctx);
  if (total > 0) ctx.emit({ kind: 'readings-stored', readings: total });
  return total;
}
