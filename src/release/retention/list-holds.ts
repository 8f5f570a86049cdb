import type { Ctx } from '../../kit/context.ts';
import { checkPermission, isPermitted, permittedSql } from '../../people/index.ts';
import type { HoldCause } from './hold.ts';

export type ListedHold = {
  id: string;
  cause: HoldCause;
  reason: string;
  source: string;
  reviewOn: string;
  columns: string[] | null;
  box: number[] | null;
  areaPlace: string | null;
  from: string | null;
  to: string | null;
  placedBy: string;
  placedAt: string;
  datasets: { slug: string; title: string; place: string | null; office: string | null }[];
  reviews: { note: string; by: string; at: string }[];
  release: { reason: string; by: string; at: string } | null;
  /** In force, and its day of review has come. */
  overdue: boolean;
  mayKeep: boolean;
};

const person = (column: string) =>
  `coalesce((select coalesce(w.name, w.email) from private.person w where 'person:' || w.id = ${column}), ${column})`;

/** The holds on the asker's datasets, those in force first; released ones stay to be read. Errors: signed-out, not-allowed. */
export async function listHolds(ctx: Ctx, input: { dataset?: string } = {}): Promise<ListedHold[]> {
  checkPermission(ctx, 'see-retention');
  const values: unknown[] = [input.dataset ?? null, ctx.clock.now()];
  const seen = permittedSql(ctx, 'see-retention', { place: 'd.place', office: 'd.office' }, values);
  const { rows } = await ctx.app.query<Omit<ListedHold, 'mayKeep'>>(
    `select h.*, h."reviewOn"::date <= ($2::timestamptz at time zone 'UTC')::date and h.release is null as overdue from (
       select h.id::text, h.cause, h.reason, h.source, h.columns, h.box, h.area_place as "areaPlace",
         coalesce((select v.review_on from private.hold_review v where v.hold_id = h.id order by v.id desc limit 1),
           h.review_on)::text as "reviewOn",
         h.held_from as "from", h.held_to as "to", ${person('h.placed_by')} as "placedBy", h.placed_at as "placedAt",
         (select json_agg(json_build_object('slug', d.slug, 'title', d.title, 'place', d.place, 'office', d.office)
            order by d.title)
          from private.hold_dataset hd join private.dataset d on d.id = hd.dataset_id where hd.hold_id = h.id) as datasets,
         (select coalesce(json_agg(json_build_object('note', v.note, 'by', ${person('v.reviewed_by')}, 'at', v.reviewed_at)
            order by v.id), '[]') from private.hold_review v where v.hold_id = h.id) as reviews,
         (select json_build_object('reason', r.reason, 'by', ${person('r.released_by')}, 'at', r.released_at)
          from private.hold_release r where r.hold_id = h.id) as release
       from private.hold h where exists (
         select from private.hold_dataset hd join private.dataset d on d.id = hd.dataset_id
         where hd.hold_id = h.id and d.slug = coalesce($1, d.slug) and ${seen})) h
     order by h.release is not null, h."reviewOn", h.id`,
    values,
  );
  return rows.map((hold) => ({
    ...hold,
    mayKeep: hold.datasets.every((dataset) => isPermitted(ctx, 'keep-holds', dataset)),
  }));
}
