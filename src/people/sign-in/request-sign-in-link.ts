import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { queueMail } from '../../kit/mail.ts';
import { Problem } from '../../kit/problem.ts';
import { limitedAddress } from '../limits/limited-address.ts';
import { checkPermission } from '../permissions.ts';
import { emailAddress, makeSecret, mostLinks } from '../person.ts';
import { linkMinutes } from '../person-defaults.ts';

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
  if (!email.success)
    throw new Problem('invalid', 'This is no e-mail address. Write one such as name@example.org.', {
      details: { field: 'email' },
    });
  const now = ctx.clock.now();
  const hourAgo = new Date(now.getTime() - 3_600_000);
  const expiresAt = new Date(now.getTime() + linkMinutes * 60_000);
  const from = limitedAddress(input.from);
  const { secret, hash } = makeSecret();
  await withTransaction(ctx.app, async (tx) => {
    // Askers of one address, and of one place, wait for each other: otherwise many at once are counted as none.
    for (const key of [email.data, from].sort())
      await tx.query("select pg_advisory_xact_lock(hashtextextended('sign-in ' || $1, 0))", [key]);
    const { rows } = await tx.query<{ own: number; place: number; address: number }>(
      `select count(*) filter (where email = $1 and asked_from = $2)::int as own,
         count(*) filter (where asked_from = $2)::int as place,
         count(*) filter (where email = $1)::int as address
       from private.sign_in_link where created_at >= $3`,
      [email.data, from, hourAgo],
    );
    const { own = 0, place = 0, address = 0 } = rows[0] ?? {};
    if (own >= mostLinks.forOneAddress || place >= mostLinks.fromOnePlace) {
      throw new Problem('too-many', 'Too many links were asked for. Try again in an hour.', {
        details: { retryAfter: 3600 },
      });
    }
    // Strangers in many places fill somebody's mailbox no further, and the owner is not told of them.
    if (address >= mostLinks.fromAllPlaces) return;
    await tx.query(
      `insert into private.sign_in_link (secret_hash, email, language, asked_from, created_at, expires_at)
       values ($1, $2, $3, $4, $5, $6)`,
      [hash, email.data, input.language, from, now, expiresAt],
    );
    await queueMail(tx, ctx, { to: email.data, ...input.letter(secret) }, expiresAt);
  });
}
