import type { Ctx } from '../../kit/context.ts';
import { sqlState, withTransaction } from '../../kit/database.ts';
import {
  checkPermission,
  isPermitted,
  type Proposal,
  permittedSql,
  proposalJson,
} from '../../people/index.ts';
import { sides } from '../audience.ts';
import { countDue, type DueMonth } from './count-due.ts';
import { type Leave, leavesInForce } from './leave.ts';
import { readSeries, type Series, type Standing, standingOf } from './series.ts';

export type WaitingDisposition = Proposal & { proposer: string; mayDecide: boolean };
export type ListedSeries = Omit<Series, 'records' | 'verified'> & {
  /** `askNames`: the offices to ask where nothing is ever due. */
  standing: Standing & { askNames: string[] };
  leaves: Leave[];
  /** When the oldest reading of the dataset began: whether anything may be due. */
  oldest: string | null;
  /** Holds in force on the dataset. */
  holds: number;
  /** Counted on demand alone, since it looks at every reading that is due; null where it would take too long. */
  months: DueMonth[] | null;
  /** What a law orders and nobody has verified is put to a person before this day, by the city's clock. */
  decideBefore: string | null;
};
export type RetentionOverview = {
  series: ListedSeries[];
  /** Datasets without a rule: nothing of them is ever due. */
  without: { dataset: string; title: string; officeName: string | null }[];
  waiting: WaitingDisposition[];
};

/**
 * The record series that the asker works with, how each stands, which leave there is and what waits. `count`: how many
 * readings are due, held and destroyable, month by month; null where that takes longer than `most` milliseconds.
 * Errors: signed-out, not-allowed.
 */
export async function listRetention(
  ctx: Ctx,
  input: { dataset?: string; count?: boolean; most?: number } = {},
): Promise<RetentionOverview> {
  checkPermission(ctx, 'see-retention');
  const now = ctx.clock.now();
  const values: unknown[] = [input.dataset ?? null];
  const seen = permittedSql(ctx, 'see-retention', { place: 'd.place', office: 'd.office' }, values);
  const where = `d.slug = coalesce($1, d.slug) and ${seen}`;
  const found = await readSeries(ctx.app, where, values);
  const leaves = await leavesInForce(ctx.app, [...new Set(found.map(({ datasetId }) => datasetId))]);
  const { rows: facts } = await ctx.app.query<{ id: string; oldest: string | null; holds: number }>(
    `select d.id::text, (
       select min(e.phenomenon_from) from private.datastream s
       join (${sides.map((side) => `select datastream_id, phenomenon_from from ${side}.datastream_extent`).join(' union all ')}) e
         on e.datastream_id = s.id
       where s.dataset_id = d.id) as oldest,
       (select count(*)::int from private.hold_dataset h where h.dataset_id = d.id
          and not exists (select from private.hold_release r where r.hold_id = h.hold_id)) as holds
     from private.dataset d where d.id = any($1::bigint[])`,
    [found.map(({ datasetId }) => datasetId)],
  );
  const { rows: offices } = await ctx.app.query<{ slug: string; name: string }>(
    `select slug, name from released.office
     union all select o ->> 'slug', o ->> 'name' from released.rulebook, jsonb_array_elements(offices) o`,
  );
  const series: ListedSeries[] = [];
  for (const one of found) {
    const { records: _, verified: __, ...rest } = one;
    const fact = facts.find(({ id }) => id === one.datasetId);
    const standing = standingOf(one, now);
    series.push({
      ...rest,
      standing: {
        ...standing,
        askNames: (standing.due ? [] : standing.ask).map(
          (slug) => offices.find((office) => office.slug === slug)?.name ?? slug,
        ),
      },
      leaves: leaves.filter((leave) => leave.datasetId === one.datasetId && leave.series === one.series),
      oldest: fact?.oldest ?? null,
      holds: fact?.holds ?? 0,
      months: input.count ? await countFor(ctx, one, leaves, input.most ?? 0) : null,
      decideBefore: standing.due && one.duty === 'must' && !standing.verified ? standing.due.at : null,
    });
  }
  const { rows: without } = await ctx.app.query<RetentionOverview['without'][number]>(
    `select d.slug as dataset, d.title, o.name as "officeName" from private.dataset d
     left join released.office o on o.slug = d.office
     where ${where} and not (d.id = any($${values.length + 1}::bigint[])) order by d.title`,
    [...values, found.map(({ datasetId }) => datasetId)],
  );
  const { rows: proposals } = await ctx.app.query<{ proposal: Omit<WaitingDisposition, 'mayDecide'> }>(
    `select ${proposalJson('p')} as proposal from private.proposal p join private.dataset d on p.subject = 'dataset:' || d.id
     where p.kind = 'disposition' and p.decision is null and ${where} order by p.id`,
    values,
  );
  const waiting = proposals.map(({ proposal }) => ({
    ...proposal,
    mayDecide: isPermitted(ctx, 'decide-disposition', proposal),
  }));
  return { series, without, waiting };
}

async function countFor(ctx: Ctx, series: Series, leaves: Leave[], most: number): Promise<DueMonth[] | null> {
  try {
    return await withTransaction(ctx.app, async (tx) => {
      await tx.query(`select set_config('statement_timeout', $1, true)`, [String(most)]);
      return countDue(tx, series, leaves, ctx.clock.now());
    });
  } catch (error) {
    if (sqlState(error) === '57014') return null;
    throw error;
  }
}
