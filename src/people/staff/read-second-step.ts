import type { Ctx } from '../../kit/context.ts';
import { checkPermission } from '../permissions.ts';
import { passkeysOf } from './passkey.ts';
import { readPending } from './pending.ts';

/** What the second step may be, when one waits in this browser. Changes nothing. */
export async function readSecondStep(
  ctx: Ctx,
  input: { pending: string | undefined },
): Promise<{ passkeys: boolean } | undefined> {
  checkPermission(ctx, 'staff-sign-in');
  const pending = await readPending(ctx, 'second-step', input.pending);
  if (!pending?.personId) return undefined;
  return { passkeys: (await passkeysOf(ctx.app, pending.personId)).length > 0 };
}
