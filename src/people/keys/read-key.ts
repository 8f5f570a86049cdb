import type { JsonObject } from '../../kit/chain.ts';
import type { Ctx } from '../../kit/context.ts';
import { checkPermission } from '../permissions.ts';
import type { KeySecret } from './api-key.ts';
import { datasetsOfKey, mayKeep, noSuchKey } from './held-key.ts';
import { type KeyRow, keyKind, keyState } from './key-row.ts';
import { type KeyLife, type Moment, timelineOf } from './key-timeline.ts';

export type UsageSum = { requests: number; refused: number; bytes: number };
export type KeyPage = Pick<
  KeyRow,
  'id' | 'name' | 'kind' | 'state' | 'createdAt' | 'expiresAt' | 'revokedAt'
> & {
  purpose: string | null;
  /** null: everything, or (a key that reads) nothing. */
  datasets: { slug: string; title: string }[] | null;
  things: { id: string; name: string | null }[] | null;
  secrets: KeySecret[];
  accepted: { version: string; at: string }[];
  usage: {
    /** The dataset that the days are limited to. */
    only: { slug: string; title: string } | null;
    /** The last thirty days (UTC), oldest first, each of them. */
    days: (UsageSum & { day: string })[];
    /** In the same days; null: none or several, or one that is not public. */
    datasets: (UsageSum & { slug: string | null; title: string | null })[];
  };
  timeline: Moment[];
};

type Row = Omit<KeyPage, 'usage' | 'timeline'> & {
  personId: string | null;
  kept: { place: string | null; office: string | null }[];
  limited: string[];
};
const shownDays = 30;

/**
 * All about one key, for whoever may keep it: what it is, its secrets (never what they are), what it was used for, and
 * its life as one line. With the slug of a `dataset`, its use by days is of that dataset alone. Errors: signed-out, not-allowed, not-found (also for somebody else's).
 */
export async function readKey(ctx: Ctx, input: { id: string; dataset?: string }): Promise<KeyPage> {
  checkPermission(ctx, 'keep-keys');
  const now = ctx.clock.now();
  const { rows } = await ctx.app.query<Row>(
    `select k.id::text, k.name, k.purpose, k.person_id::text as "personId", ${keyKind} as kind,
       ${keyState('$2')} as state, k.created_at as "createdAt", k.expires_at as "expiresAt",
       k.revoked_at as "revokedAt",
       (select coalesce(json_agg(json_build_object('place', d.place, 'office', d.office)), '[]')
          from (${datasetsOfKey}) d) as kept,
       case when k.dataset_ids is not null then
         (select coalesce(json_agg(json_build_object('slug', d.slug, 'title', d.title) order by d.title), '[]')
          from (${datasetsOfKey}) d) end as datasets,
       (select json_agg(json_build_object('id', t.id::text, 'name', thing.name) order by t.id)
          from unnest(k.thing_ids) t(id) left join private.thing thing on thing.id = t.id) as things,
       (select json_agg(json_build_object('prefix', s.prefix, 'createdAt', s.created_at, 'endsAt', s.ends_at,
           'firstUsedAt', s.first_used_at, 'lastUsedAt', s.last_used_at, 'live', ${keyState('$2')} = 'active'
             and (s.ends_at is null or s.ends_at > $2)) order by s.id)
          from private.key_secret s where s.key_id = k.id) as secrets,
       (select coalesce(json_agg(json_build_object('version', t.version, 'at', a.accepted_at) order by t.id), '[]')
          from private.key_terms a join private.terms t on t.id = a.terms_id where a.key_id = k.id) as accepted,
       (select coalesce(json_agg(first order by first), '[]') from (
          select min(u.refused_at) as first from private.key_usage u
          where u.key_id = k.id and u.refused_at is not null group by u.day) refusals) as limited
     from private.api_key k where k.id::text = $1`,
    [input.id, now],
  );
  const row = rows[0];
  if (!row || !mayKeep(ctx, { personId: row.personId, datasets: row.kept })) throw noSuchKey(input);
  const { rows: events } = await ctx.app.query<KeyLife['events'][number] & { content: JsonObject | null }>(
    `select e.at, e.actor, e.kind, c.content from private.audit_event e left join private.audit_content c using (number)
     where e.subject = 'key:' || $1 order by e.number`,
    [row.id],
  );
  const { personId: _, kept: __, limited, ...key } = row;
  return {
    ...key,
    usage: await readUsage(ctx, row, now, input.dataset),
    timeline: timelineOf({ ...key, limited, events }, now),
  };
}

async function readUsage(
  ctx: Ctx,
  { id, kind }: Pick<KeyPage, 'id' | 'kind'>,
  now: Date,
  dataset?: string,
): Promise<KeyPage['usage']> {
  // Whoever reads learns of public datasets alone; a device's keeper, of those that he keeps.
  const known = `${kind === 'device' ? 'private' : 'released'}.dataset`;
  const sums =
    'sum(u.requests)::float8 as requests, sum(u.refused)::float8 as refused, sum(u.bytes)::float8 as bytes';
  const days = ctx.app.query<UsageSum & { day: string }>(
    `select to_char(day, 'YYYY-MM-DD') as day, coalesce(requests, 0) as requests, coalesce(refused, 0) as refused,
       coalesce(bytes, 0) as bytes
     from generate_series($2::date - $3::int + 1, $2::date, interval '1 day') day
     left join (select u.day, ${sums} from private.key_usage u
       where u.key_id = $1 and u.day > $2::date - $3::int
         and ($4::text is null or u.dataset_id = (select d.id from ${known} d where d.slug = $4))
       group by u.day) u using (day)
     order by 1`,
    [id, now, shownDays, dataset ?? null],
  );
  const datasets = ctx.app.query<UsageSum & { slug: string | null; title: string | null }>(
    `select d.slug, d.title, ${sums} from private.key_usage u left join ${known} d
       on d.id = u.dataset_id
     where u.key_id = $1 and u.day > $2::date - $3::int group by d.slug, d.title order by 3 desc, d.slug`,
    [id, now, shownDays],
  );
  const [{ rows: byDay }, { rows: byDataset }] = await Promise.all([days, datasets]);
  const only = dataset === undefined ? undefined : byDataset.find(({ slug }) => slug === dataset);
  return {
    only: only?.slug && only.title ? { slug: only.slug, title: only.title } : null,
    days: byDay,
    datasets: byDataset,
  };
}
