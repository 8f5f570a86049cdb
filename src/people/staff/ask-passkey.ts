import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { limitedAddress } from '../limits/limited-address.ts';
import { checkPermission } from '../permissions.ts';
import { hashSecret } from '../person.ts';
import { passkeyOptions, passkeysOf } from './passkey.ts';
import { lockPending, type OpenedPending, openPending } from './pending.ts';
import { countTry } from './throttle.ts';

/**
 * Asks this browser for a passkey: for any of this site, or as the second step that waits (`pending`) for one of that
 * person's. Each question is answered once. Errors: too-many, too-late.
 */
export async function askPasskey(
  ctx: Ctx,
  input: { from: string; pending?: string },
): Promise<{ options: Awaited<ReturnType<typeof passkeyOptions>>; pending?: OpenedPending }> {
  checkPermission(ctx, 'staff-sign-in');
  const { pending: secret } = input;
  if (secret === undefined) {
    const address = limitedAddress(input.from);
    const refused = { account: address, personId: undefined };
    await countTry(ctx, [{ limit: 'passkey-address', of: [address] }], refused);
    const options = await passkeyOptions(ctx, 'any');
    const pending = await withTransaction(ctx.app, (tx) =>
      openPending(tx, ctx, 'passkey', { challenge: options.challenge }),
    );
    return { options, pending };
  }
  return withTransaction(ctx.app, async (tx) => {
    const { personId } = await lockPending(tx, ctx, ['second-step'], secret);
    const own = await passkeysOf(tx, personId ?? '');
    if (own.length === 0) throw new Problem('not-found', 'There is no passkey here. Use a code.');
    const options = await passkeyOptions(ctx, own);
    await tx.query('update private.pending_sign_in set challenge = $2 where secret_hash = $1', [
      hashSecret(secret),
      options.challenge,
    ]);
    return { options };
  });
}
