import type { Ctx } from '../../kit/context.ts';
import { checkPermission } from '../permissions.ts';

/**
 * Forgets links an hour after they were asked for; sessions, letters, invitations, steps of signing in and known browsers when they
 * have expired. Safe to repeat.
 */
export async function pruneSignIns(ctx: Ctx): Promise<void> {
  checkPermission(ctx, 'run-the-installation');
  const now = ctx.clock.now();
  await ctx.app.query(
    "delete from private.sign_in_link where created_at < $1::timestamptz - interval '1 hour'",
    [now],
  );
  for (const table of [
    'session',
    'mail',
    'invitation',
    'pending_sign_in',
    'known_browser',
    'provider_sign_in',
  ])
    await ctx.app.query(`delete from private.${table} where expires_at < $1`, [now]);
}
