import type { Ctx } from '../../kit/context.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission } from '../permissions.ts';
import { hashSecret } from '../person.ts';

/** Whom a link signs in, said to whoever has it. Changes nothing. Errors: too-late, as signIn. */
export async function readSignInLink(ctx: Ctx, input: { link: string }): Promise<{ email: string }> {
  checkPermission(ctx, 'sign-in');
  const { rows } = await ctx.app.query<{ email: string }>(
    'select email from private.sign_in_link where secret_hash = $1 and used_at is null and expires_at > $2',
    [hashSecret(input.link), ctx.clock.now()],
  );
  if (!rows[0]) throw new Problem('too-late', 'This link has been used or has expired. Ask for a new one.');
  return rows[0];
}
