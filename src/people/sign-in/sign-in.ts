import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission } from '../permissions.ts';
import { hashSecret } from '../person.ts';
import { type OpenedSession, openSession } from './open-session.ts';

/**
 * Opens a link: makes the account if it is the first, and a session. Returns the session's secret, the only time it is
 * seen, for the browser's cookie. Errors: too-late, with one message for a link that is unknown, used or expired.
 */
export async function signIn(ctx: Ctx, input: { link: string; browser: string }): Promise<OpenedSession> {
  checkPermission(ctx, 'sign-in');
  const now = ctx.clock.now();
  return withTransaction(ctx.app, async (tx) => {
    const { rows } = await tx.query<{ email: string; language: string }>(
      `update private.sign_in_link set used_at = $2
       where secret_hash = $1 and used_at is null and expires_at > $2 returning email, language`,
      [hashSecret(input.link), now],
    );
    const link = rows[0];
    if (!link) {
      ctx.log.info('sign-in link refused');
      throw new Problem('too-late', 'This link has been used or has expired. Ask for a new one.');
    }
    const { rows: people } = await tx.query<{ id: string }>(
      `insert into private.person (email, language, created_at) values ($1, $2, $3)
       on conflict (email) do update set language = excluded.language returning id`,
      [link.email, link.language, now],
    );
    const { id } = people[0] as { id: string };
    return openSession(tx, ctx, { personId: id, method: 'link', browser: input.browser });
  });
}
