import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { checkPermission } from '../../people/index.ts';
import type { HoldInput } from './hold.ts';
import { placeHold } from './place-hold.ts';

/** Places a hold as a records officer does. Errors: signed-out, not-allowed (also for one of the datasets), and placeHold's. */
export async function placeHoldByHand(ctx: Ctx, input: HoldInput): Promise<{ id: string }> {
  checkPermission(ctx, 'keep-holds');
  return withTransaction(ctx.app, (tx) =>
    placeHold(tx, ctx, input, (datasets) => {
      for (const { place, office } of datasets) checkPermission(ctx, 'keep-holds', { place, office });
    }),
  );
}
