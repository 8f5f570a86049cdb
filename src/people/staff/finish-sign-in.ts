import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission } from '../permissions.ts';
import { type OpenedSession, openSession } from '../sign-in/open-session.ts';
import { rememberBrowser } from './known-browser.ts';
import { closePending, countPendingTry, holdPerson, lockPending, readPending } from './pending.ts';
import { takeCode } from './take-code.ts';
import { tellPerson } from './tell-person.ts';
import { countTry, recordRefused } from './throttle.ts';

export type SignedIn = { session: OpenedSession; browser: { secret: string; expiresAt: Date } };

/**
 * The second step: a code of the authenticator app, or a recovery code. Opens a session in which roles count.
 * Errors: invalid (the code), too-late (the step before is too old or was tried too often), too-many.
 */
export async function finishSignIn(
  ctx: Ctx,
  input: { pending: string; code: string; agent: string; browser?: string },
): Promise<SignedIn> {
  checkPermission(ctx, 'staff-sign-in');
  const waiting = await readPending(ctx, 'second-step', input.pending);
  const personId = waiting?.personId ?? undefined;
  if (waiting && personId) {
    const lane = waiting.knownBrowser ? 'known' : 'stranger';
    const refused = { account: personId, personId };
    await countTry(ctx, [{ limit: 'second-factor', of: [personId, lane] }], refused);
  }
  const done = await withTransaction(ctx.app, async (tx) => {
    await holdPerson(tx, personId ?? null);
    const pending = await lockPending(tx, ctx, ['second-step'], input.pending);
    const { personId: own } = pending as { personId: string };
    if (!(await takeCode(tx, ctx, own, input.code))) {
      // Who knows the password and not the code: that is told.
      if (await countPendingTry(tx, input.pending, own)) await tellPerson(tx, ctx, own, 'secondStepFailed');
      return undefined;
    }
    await closePending(tx, input.pending);
    const browser = await rememberBrowser(tx, ctx, own, input.browser);
    const session = await openSession(tx, ctx, {
      personId: own,
      method: 'second-factor',
      browser: input.agent,
    });
    return { session, browser };
  });
  if (done) return done;
  await recordRefused(ctx, { account: personId ?? '', personId, reason: 'second-factor' });
  throw new Problem(
    'invalid',
    'This code is not right, or was used before. Type the one that the app shows now.',
  );
}
