import type { Ctx } from '../kit/context.ts';
import { checkPermission, isPermitted, type Proposal, permittedSql, proposalJson } from '../people/index.ts';
import { type Access, accessChange } from './access-change.ts';
import { isUnsettled } from './settlement.ts';

export type ManagedDataset = Access & {
  slug: string;
  title: string;
  place: string | null;
  placeName: string | null;
  office: string | null;
  officeName: string | null;
  /** Readings still follow a change of access. */
  moving: boolean;
  waiting: (Proposal & { proposer: string }) | null;
  mayPropose: boolean;
  mayDecide: boolean;
};

/** The datasets that the asker works with, restricted ones among them, each with the change that waits. Errors: signed-out, not-allowed. */
export async function listManagedDatasets(ctx: Ctx): Promise<ManagedDataset[]> {
  checkPermission(ctx, 'see-managed-datasets');
  const values: unknown[] = [accessChange];
  const seen = permittedSql(ctx, 'see-managed-datasets', { place: 'd.place', office: 'd.office' }, values);
  const { rows } = await ctx.app.query<Omit<ManagedDataset, 'mayPropose' | 'mayDecide'>>(
    `select d.slug, d.title, d.place, pl.name as "placeName", d.office, o.name as "officeName", d.access, d.listed,
       ${isUnsettled('d')} as moving,
       (select ${proposalJson('p')} from private.proposal p
        where p.kind = $1 and p.subject = 'dataset:' || d.id and p.decision is null) as waiting
     from private.dataset d left join released.place pl on pl.slug = d.place left join released.office o on o.slug = d.office
     where ${seen} order by d.title, d.slug`,
    values,
  );
  return rows.map((row) => ({
    ...row,
    mayPropose: isPermitted(ctx, 'propose-access-change', row),
    mayDecide: row.waiting !== null && isPermitted(ctx, 'decide-access-change', row.waiting),
  }));
}
