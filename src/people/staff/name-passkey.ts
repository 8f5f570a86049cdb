import type { Ctx } from '../../kit/context.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission } from '../permissions.ts';
import { ownSession } from './fresh-session.ts';

/** Gives one of one's own passkeys another name, of 1 to 100 characters. Errors: signed-out, not-allowed, invalid, not-found. */
export async function namePasskey(ctx: Ctx, input: { passkey: string; name: string }): Promise<void> {
  checkPermission(ctx, 'own-factors');
  const { personId } = ownSession(ctx);
  const name = input.name.trim();
  if (name === '' || name.length > 100 || name.includes('\0'))
    throw new Problem('invalid', 'Give the passkey a name of up to 100 characters.');
  const { rowCount } = await ctx.app.query(
    'update private.passkey set name = $3 where person_id = $1 and id::text = $2',
    [personId, input.passkey, name],
  );
  if (rowCount === 0) throw new Problem('not-found', 'This passkey is not yours, or is gone already.');
}
