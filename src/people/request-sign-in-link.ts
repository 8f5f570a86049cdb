import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { queueMail } from '../kit/mail.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission } from './permissions.ts';
import { emailAddress, makeSecret, mostLinks } from './person.ts';
import { linkMinutes } from './person-defaults.ts';

/**
 * Sends a link that signs in. The answer is the same whether the address has an account or not. `letter` words it in
 * the person's language around the link's address.
 * Errors: invalid (no mail address), too-many (for this address, or from this place, in the last hour).
 */
export async function requestSignInLink(
  ctx: Ctx,
  input: {
    email: string;
    language: string;
    from: string;
    letter(secret: string): { subject: string; text: string };
  },
): Promise<void> {
  checkPermission(ctx, 'sign-in');
  const email = emailAddress.safeParse(input.email);
  if (!email.success) throw new Problem('invalid', 'email', { details: { field: 'email' } });
  const now = ctx.clock.now();
  const hourAgo = new Date(now.getTime() - 3_600_000);
  const { secret, hash } = makeSecret();
  await withTransaction(ctx.app, async (tx) => {
    // Askers of one address, and of one place, wait for each other: otherwise many at once are counted as none.
    for (const key of [email.data, input.from].sort())
      await tx.query("select pg_advisory_xact_lock(hashtextextended('sign-in ' || $1, 0))", [key]);
    await tx.query('delete from private.sign_in_link where created_at < $1', [hourAgo]);
    const { rows } = await tx.query<{ address: number; place: number }>(
      `select count(*) filter (where email = $1)::int as address,
         count(*) filter (where asked_from = $2)::int as place from private.sign_in_link`,
      [email.data, input.from],
    );
    const { address = 0, place = 0 } = rows[0] ?? {};
    if (address >= mostLinks.forOneAddress || place >= mostLinks.fromOnePlace) {
      throw new Problem('too-many', 'Too many links were asked for. Try again in an hour.', {
        details: { retryAfter: 3600 },
      });
    }
    await tx.query(
      `insert into private.sign_in_link (secret_hash, email, language, asked_from, created_at, expires_at)
       values ($1, $2, $3, $4, $5, $6)`,
      [hash, email.data, input.language, input.from, now, new Date(now.getTime() + linkMinutes * 60_000)],
    );
    await queueMail(tx, ctx, { to: email.data, ...input.letter(secret) });
  });
}
