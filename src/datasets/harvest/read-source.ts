import type { Ctx } from '../../kit/context.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission, isPermitted } from '../../people/index.ts';
import { type ListedSource, officesOf, sourceSql } from './list-sources.ts';
import type { Fault } from './source.ts';

export type Run = {
  id: string;
  startedAt: string;
  finishedAt: string;
  error: string | null;
  entries: number;
  made: number;
  changed: number;
  missing: number;
  back: number;
  faultCount: number;
};
export type SourcePage = {
  source: ListedSource;
  runs: Run[];
  /** Of the last reading that was whole. */
  faults: Fault[];
  faultCount: number;
  /** The first hundred that are not listed any more, and those that were taken out by hand. */
  gone: { slug: string; title: string; since: string; lastSeenAt: string | null }[];
  hidden: { slug: string; title: string }[];
  offices: { slug: string; name: string; placeName: string }[];
  mayManage: boolean;
};

/** A source with what its readings came to. Errors: signed-out, not-allowed, not-found. */
export async function readSource(ctx: Ctx, input: { source: string }): Promise<SourcePage> {
  checkPermission(ctx, 'see-harvest');
  const { rows } = await ctx.app.query<ListedSource>(`${sourceSql('$1')} where s.id::text = $2`, [
    ctx.clock.now(),
    input.source,
  ]);
  const [source] = rows;
  if (!source || !isPermitted(ctx, 'see-harvest', source))
    throw new Problem('not-found', 'There is no such source.');
  const [runs, last, gone, hidden, offices] = await Promise.all([
    ctx.app.query<Run>(
      `select id::text, started_at as "startedAt", finished_at as "finishedAt", error, entries, made, changed, missing, back,
         fault_count as "faultCount" from private.harvest_run where source_id = $1 order by harvest_run.id desc limit 20`,
      [source.id],
    ),
    ctx.app.query<{ faults: Fault[]; faultCount: number }>(
      `select faults, fault_count as "faultCount" from private.harvest_run where source_id = $1 and error is null
       order by id desc limit 1`,
      [source.id],
    ),
    ctx.app.query<SourcePage['gone'][number]>(
      `select slug, title, missing_since as since, last_seen_at as "lastSeenAt" from private.dataset
       where harvest_source_id = $1 and kind = 'external' and listed and missing_since is not null order by missing_since desc, slug limit 100`,
      [source.id],
    ),
    ctx.app.query<SourcePage['hidden'][number]>(
      `select slug, title from private.dataset where harvest_source_id = $1 and kind = 'external' and not listed
         and missing_since is null order by title, slug limit 100`,
      [source.id],
    ),
    officesOf(ctx),
  ]);
  return {
    source,
    runs: runs.rows,
    faults: last.rows[0]?.faults ?? [],
    faultCount: last.rows[0]?.faultCount ?? 0,
    gone: gone.rows,
    hidden: hidden.rows,
    offices,
    mayManage: isPermitted(ctx, 'manage-harvest', source),
  };
}
