import type { Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';

/** Ends a key, named by its prefix, at once and for good. Errors: not-allowed, not-found. */
export async function revokeKey(ctx: Ctx, input: { prefix: string }): Promise<void> {
  if (ctx.actor.kind !== 'operator') {
    throw new Problem('not-allowed', 'Only an operator of this installation may revoke keys.');
  }
  const { rowCount } = await ctx.app.query(
    'update private.api_key set revoked_at = $2 where prefix = $1 and revoked_at is null',
    [input.prefix, ctx.clock.now()],
  );
  if (rowCount === 0)
    throw new Problem('not-found', `There is no active key that begins with co_${input.prefix}.`);
}
