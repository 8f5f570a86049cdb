import { createTransport } from 'nodemailer';
import { isLoopback } from './config.ts';
import type { Ctx } from './context.ts';
import type { Tx } from './database.ts';

export type Mail = { to: string; subject: string; text: string };

/**
 * Writes a letter in the caller's transaction; it goes out after the commit, or waits in the outbox without a mail
 * server, until it has expired.
 */
export async function queueMail(tx: Tx, ctx: Ctx, mail: Mail, expiresAt: Date): Promise<void> {
  await tx.query(
    `insert into private.mail (recipient, subject, body, created_at, try_at, expires_at)
     values ($1, $2, $3, $4, $4, $5)`,
    [mail.to, mail.subject, mail.text, ctx.clock.now(), expiresAt],
  );
}

type Send = (mail: Mail) => Promise<unknown>;

const patienceMs = 15_000;
/** Whoever has taken a letter to send it has this long; then it is anybody's again. */
const claimMs = 10 * 60_000;

/** Sends by SMTP as `SMTP_URL` says, from `MAIL_FROM`. A password goes over no network unencrypted. */
export function smtp(url: string, from: string, patience = patienceMs): Send {
  const careful = new URL(url);
  const { searchParams } = careful;
  for (const name of ['connectionTimeout', 'greetingTimeout', 'socketTimeout'])
    if (!searchParams.has(name)) searchParams.set(name, String(patience));
  if (careful.password && !isLoopback(careful.hostname) && !searchParams.has('requireTLS'))
    searchParams.set('requireTLS', 'true');
  const transport = createTransport(careful.href, { from });
  // As an object, for a text would be read as a list of addresses.
  return (mail) => transport.sendMail({ ...mail, to: { name: '', address: mail.to } });
}

/**
 * Sends what waits, one letter at a time, each at least once; several processes share the work, and no connection to the
 * database is held while a server thinks. What it refuses is tried again after 1, 2, 4 … minutes, at most a day apart.
 * Returns how many went out.
 */
export async function sendWaiting(ctx: Ctx, send: Send): Promise<number> {
  let sent = 0;
  for (;;) {
    const now = ctx.clock.now();
    const later = (ms: number) => new Date(now.getTime() + ms);
    const { rows } = await ctx.app.query<Mail & { id: string; tries: number }>(
      `update private.mail set tries = tries + 1, try_at = $2 where id = (
         select id from private.mail where try_at <= $1 and expires_at > $1
         order by try_at, id limit 1 for update skip locked)
       returning id, recipient as "to", subject, body as text, tries`,
      [now, later(claimMs)],
    );
    const mail = rows[0];
    if (!mail) return sent;
    try {
      await send({ to: mail.to, subject: mail.subject, text: mail.text });
      await ctx.app.query('delete from private.mail where id = $1', [mail.id]);
      sent += 1;
    } catch (error) {
      ctx.log.warn(
        { reason: (error as Error).name, mail: mail.id, tries: mail.tries },
        'a letter could not be sent',
      );
      const wait = Math.min(2 ** (mail.tries - 1), 1440) * 60_000;
      await ctx.app.query('update private.mail set try_at = $2 where id = $1', [mail.id, later(wait)]);
    }
  }
}
