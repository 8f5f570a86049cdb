import type { Ctx } from '../kit/context.ts';
import { checkPermission } from './permissions.ts';

/** Forgets links an hour after they were asked for, begun sign-ins, sessions and letters when they have expired. Safe to repeat. */
export async function pruneSignIns(ctx: Ctx): Promise<void> {
  checkPermission(ctx, 'run-the-installation');
  const now = ctx.clock.now();
  await ctx.app.query(
    "delete from private.sign_in_link where created_at < $1::timestamptz - interval '1 hour'",
    [now],
  );
  await ctx.app.query('delete from private.provider_sign_in where expires_at < $1', [now]);
  await ctx.app.query('delete from private.session where expires_at < $1', [now]);
  await ctx.app.query('delete from private.mail where expires_at < $1', [now]);
}
