import { servesThisMachineAlone } from '../../kit/config.ts';
import type { Actor, Ctx, Grant } from '../../kit/context.ts';
import { hashSecret } from '../person.ts';
import { staffIdleMinutes } from '../person-defaults.ts';
import type { SignInMethod } from './open-session.ts';

/**
 * Who is signed in with this session, and in which roles at this moment: a role that was taken away counts no longer.
 * Undefined when the session is unknown, ended, expired, or a staff session that lay idle. Notes now and then that it is
 * in use.
 */
export async function readSession(ctx: Ctx, secret: string): Promise<Actor | undefined> {
  const now = ctx.clock.now();
  const { rows } = await ctx.app.query<{
    id: string;
    person: string;
    email: string;
    method: SignInMethod;
    endsAt: string;
    stale: boolean;
    grants: Grant[];
  }>(
    `select s.id, p.id as person, p.email, s.method, s.expires_at as "endsAt",
       s.seen_at < $2::timestamptz - case s.method when 'link' then interval '1 hour' else interval '1 minute' end as stale,
       case s.method when 'link' then '[]' else (${grantsInForce}) end as grants
     from private.session s join private.person p on p.id = s.person_id
     where s.secret_hash = $1 and s.expires_at > $2
       and (s.method = 'link' or s.seen_at > $2::timestamptz - make_interval(mins => $3))`,
    [hashSecret(secret), now, staffIdleMinutes],
  );
  const row = rows[0];
  if (!row || (row.method === 'demonstration' && !servesThisMachineAlone(ctx.config))) return undefined;
  if (row.stale) await ctx.app.query('update private.session set seen_at = $2 where id = $1', [row.id, now]);
  return {
    kind: 'person',
    personId: row.person,
    name: row.email,
    sessionId: row.id,
    grants: row.grants,
    method: row.method,
    endsAt: new Date(row.endsAt),
  };
}

/** The grants of person `p.id` in force at $2, as a JSON array. A delegated one ends with the one it was lent from. */
const grantsInForce = `
  select coalesce(json_agg(json_build_object('id', g.id::text, 'role', g.role, 'office', g.office, 'places',
    case when g.place is not null then (
      with recursive covered(slug) as (
        select g.place union select c.slug from released.place c join covered on c.parent = covered.slug)
      select json_agg(slug order by slug) from covered) end) order by g.id), '[]')
  from private.role_grant g left join private.role_grant lent on lent.id = g.delegated_from
  where g.person_id = p.id and g.revoked_at is null and g.starts_at <= $2 and (g.ends_at is null or g.ends_at > $2)
    and (g.delegated_from is null or (
      lent.revoked_at is null and lent.starts_at <= $2 and (lent.ends_at is null or lent.ends_at > $2)))`;
