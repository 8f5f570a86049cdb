import type { Ctx } from '../../kit/context.ts';
import { checkPermission, isPermitted, permittedSql } from '../../people/index.ts';
import type { Interval, SourceKind } from './source.ts';

export type ListedSource = {
  id: string;
  name: string;
  kind: SourceKind;
  url: string;
  place: string;
  office: string;
  officeName: string;
  placeName: string;
  every: Interval;
  enabled: boolean;
  nextAt: string;
  lastOkAt: string | null;
  /** Why the last reading failed; null when it did not, or there was none. */
  error: string | null;
  /** It is being read, or will be at the next look. */
  waits: boolean;
  entries: number;
  missing: number;
};

export const sourceSql = (now: string): string => `
  select s.id::text, s.name, s.kind, s.url, s.place, s.office, o.name as "officeName", p.name as "placeName", s.every, s.enabled,
    s.next_at as "nextAt", s.last_ok_at as "lastOkAt", r.error,
    s.enabled and (s.next_at <= ${now} or coalesce(s.claimed_until > ${now}, false)) as waits,
    c.entries, c.missing
  from private.harvest_source s join released.office o on o.slug = s.office join released.place p on p.slug = s.place
  left join lateral (select error from private.harvest_run where source_id = s.id order by id desc limit 1) r on true
  cross join lateral (select count(*)::int as entries, count(*) filter (where d.missing_since is not null)::int as missing
    from private.dataset d where d.harvest_source_id = s.id and d.kind = 'external' and d.listed) c`;

/** The sources that the asker works with, and the offices for which he may add one. Errors: signed-out, not-allowed. */
export async function listSources(ctx: Ctx): Promise<{
  sources: ListedSource[];
  offices: { slug: string; name: string; placeName: string }[];
  mayManage: boolean;
}> {
  checkPermission(ctx, 'see-harvest');
  const values: unknown[] = [ctx.clock.now()];
  const seen = permittedSql(ctx, 'see-harvest', { place: 's.place', office: 's.office' }, values);
  const { rows: sources } = await ctx.app.query<ListedSource>(
    `${sourceSql('$1')} where ${seen} order by s.name, s.id`,
    values,
  );
  return { sources, offices: await officesOf(ctx), mayManage: isPermitted(ctx, 'manage-harvest') };
}

export async function officesOf(ctx: Ctx): Promise<{ slug: string; name: string; placeName: string }[]> {
  const values: unknown[] = [];
  const own = permittedSql(ctx, 'manage-harvest', { place: 'o.place', office: 'o.slug' }, values);
  const { rows } = await ctx.app.query<{ slug: string; name: string; placeName: string }>(
    `select o.slug, o.name, p.name as "placeName" from released.office o join released.place p on p.slug = o.place
     where ${own} order by p.name, o.name, o.slug`,
    values,
  );
  return rows;
}
