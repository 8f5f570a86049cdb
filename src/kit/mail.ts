import { createTransport } from 'nodemailer';
import type { Ctx } from './context.ts';
import { type Tx, withTransaction } from './database.ts';

export type Mail = { to: string; subject: string; text: string };

/** Writes a letter in the caller's transaction; it goes out after the commit, or waits in the outbox without a mail server. */
export async function queueMail(tx: Tx, ctx: Ctx, mail: Mail): Promise<void> {
  await tx.query(
    'insert into private.mail (recipient, subject, body, created_at, try_at) values ($1, $2, $3, $4, $4)',
    [mail.to, mail.subject, mail.text, ctx.clock.now()],
  );
}

export type WaitingMail = { id: string; to: string; subject: string; text: string; at: string };

/** What waits to be sent, newest first, at most 50. */
export async function readOutbox(ctx: Ctx): Promise<WaitingMail[]> {
  const { rows } = await ctx.app.query<WaitingMail>(
    `select id, recipient as "to", subject, body as text, created_at as at
     from private.mail order by id desc limit 50`,
  );
  return rows;
}

type Send = (mail: Mail) => Promise<unknown>;

/** Sends by SMTP as `SMTP_URL` says, from `MAIL_FROM`. */
export function smtp(url: string, from: string): Send {
  const transport = createTransport(url, { from });
  return (mail) => transport.sendMail(mail);
}

/**
 * Sends what waits, one letter at a time, each at least once; several processes share the work. What a server refuses
 * is tried again after 1, 2, 4 … minutes, at most a day apart. Returns how many went out.
 */
export async function sendWaiting(ctx: Ctx, send: Send): Promise<number> {
  for (let sent = 0; ; sent++) {
    const more = await withTransaction(ctx.app, async (tx) => {
      const now = ctx.clock.now();
      const { rows } = await tx.query<Mail & { id: string; tries: number }>(
        `select id, recipient as "to", subject, body as text, tries from private.mail
         where try_at <= $1 order by try_at, id limit 1 for update skip locked`,
        [now],
      );
      const mail = rows[0];
      if (!mail) return false;
      try {
        await send({ to: mail.to, subject: mail.subject, text: mail.text });
        await tx.query('delete from private.mail where id = $1', [mail.id]);
      } catch (error) {
        ctx.log.warn({ err: error, mail: mail.id, tries: mail.tries + 1 }, 'a letter could not be sent');
        const wait = Math.min(2 ** mail.tries, 1440) * 60_000;
        await tx.query('update private.mail set tries = tries + 1, try_at = $2 where id = $1', [
          mail.id,
          new Date(now.getTime() + wait),
        ]);
      }
      return true;
    });
    if (!more) return sent;
  }
}
