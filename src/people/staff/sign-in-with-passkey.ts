import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission } from '../permissions.ts';
import { openSession } from '../sign-in/open-session.ts';
import type { SignedIn } from './finish-sign-in.ts';
import { rememberBrowser } from './known-browser.ts';
import { takePasskey } from './passkey.ts';
import { closePending, takeChallenge } from './pending.ts';
import { recordRefused } from './throttle.ts';

/**
 * Signs in with what the browser answered to askPasskey: alone, or as the second step after a password.
 * Errors: invalid (the passkey is unknown, wrong, copied, or another person's), too-late (the question).
 */
export async function signInWithPasskey(
  ctx: Ctx,
  input: { pending: string; passkey: string; agent: string; browser?: string },
): Promise<SignedIn> {
  checkPermission(ctx, 'staff-sign-in');
  const asked = await takeChallenge(ctx, ['passkey', 'second-step'], input.pending);
  const done = await withTransaction(ctx.app, async (tx) => {
    const taken = await takePasskey(tx, ctx, input.passkey, asked.challenge, asked.personId);
    if (!taken) return undefined;
    await closePending(tx, input.pending);
    const { personId } = taken;
    const browser = await rememberBrowser(tx, ctx, personId, input.browser);
    const method = asked.personId === null ? 'passkey' : 'second-factor';
    return { session: await openSession(tx, ctx, { personId, method, browser: input.agent }), browser };
  });
  if (done) return done;
  const personId = asked.personId ?? undefined;
  await recordRefused(ctx, { account: personId ?? 'passkey', personId, reason: 'passkey' });
  throw new Problem('invalid', 'This passkey was not accepted here. Try again, or use another way.');
}
