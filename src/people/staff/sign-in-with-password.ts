import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission } from '../permissions.ts';
import { emailAddress, hashSecret } from '../person.ts';
import { isPassword, refuseWhenFull } from './password.ts';
import { type OpenedPending, openPending } from './pending.ts';
import { countTry, recordRefused, triesOf } from './throttle.ts';

/**
 * The first step of signing in as staff: the mail address and the password. Opens no session, only the second step.
 * `from`: the address of whoever asks; `browser`: the secret of the cookie by which a browser is known.
 * Errors: invalid, with one message whether the account, its password or its second factor is missing or wrong; too-many;
 * busy.
 */
export async function signInWithPassword(
  ctx: Ctx,
  input: { email: string; password: string; from: string; browser?: string },
): Promise<OpenedPending> {
  checkPermission(ctx, 'staff-sign-in');
  if (!input.browser) refuseWhenFull('stranger');
  const parsed = emailAddress.safeParse(input.email);
  const account = parsed.success ? parsed.data : input.email.slice(0, 254);
  const { rows } = await ctx.app.query<{ id: string; hash: string | null; known: boolean }>(
    `select p.id::text, (select w.hash from private.password w where w.person_id = p.id
         and exists (select from private.totp t where t.person_id = p.id)) as hash,
       exists (select from private.known_browser b
         where b.secret_hash = $2 and b.person_id = p.id and b.expires_at > $3) as known
     from private.person p where p.email = $1`,
    [parsed.success ? account : '', hashSecret(input.browser ?? ''), ctx.clock.now()],
  );
  const person = rows[0];
  const known = person?.known ?? false;
  const refused = { account, personId: person?.id };
  await countTry(ctx, triesOf(account, input.from, known ? input.browser : undefined), refused);
  const right = await isPassword(person?.hash ?? undefined, input.password, known ? 'known' : 'stranger');
  if (!right || !person) {
    await recordRefused(ctx, { ...refused, reason: 'password' });
    throw new Problem(
      'invalid',
      'You cannot be signed in with this mail address and password. Check both and try again.',
    );
  }
  return withTransaction(ctx.app, (tx) =>
    openPending(tx, ctx, 'second-step', { personId: person.id, knownBrowser: known }),
  );
}
