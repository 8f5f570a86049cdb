import type { Actor, Ctx } from '../kit/context.ts';
import { hashSecret } from './person.ts';

/** Who is signed in with this session; undefined when it is unknown, ended or expired. Notes once an hour that it is in use. */
export async function readSession(ctx: Ctx, secret: string): Promise<Actor | undefined> {
  const now = ctx.clock.now();
  const hash = hashSecret(secret);
  const { rows } = await ctx.app.query<{ id: string; person: string; email: string; stale: boolean }>(
    `select s.id, p.id as person, p.email, s.seen_at < $2::timestamptz - interval '1 hour' as stale
     from private.session s join private.person p on p.id = s.person_id
     where s.secret_hash = $1 and s.expires_at > $2`,
    [hash, now],
  );
  const row = rows[0];
  if (!row) return undefined;
  if (row.stale) await ctx.app.query('update private.session set seen_at = $2 where id = $1', [row.id, now]);
  return { kind: 'person', personId: row.person, name: row.email, sessionId: row.id };
}
