import type { Ctx } from '../kit/context.ts';
import { checkPermission, isPermitted, type Proposal, permittedSql, proposalJson } from '../people/index.ts';
import { type Access, accessChange } from './access-change.ts';
import type { AccessClass } from './audience.ts';
import { completeness } from './describe/completeness.ts';
import { sensitivityChange } from './describe/describe-columns.ts';
import { type Loaded, loadDescriptions } from './describe/load-descriptions.ts';
import { policyChange } from './policy-change.ts';
import { isUnsettled } from './settlement.ts';

export type ManagedDataset = Access & {
  slug: string;
  title: string;
  place: string | null;
  placeName: string | null;
  office: string | null;
  officeName: string | null;
  /** The class that a file asked for when it made the dataset, which nobody owned. */
  heldBack: AccessClass | null;
  /** Readings still follow a change of access. */
  moving: boolean;
  waiting: (Proposal & { proposer: string }) | null;
  /** How much its description lacks; 0: it can be proposed for publication. */
  missing: number;
  /** A weaker sensitivity waits for a second person. */
  sensitivityWaits: boolean;
  /** Another release policy waits for a second person. */
  policyWaits: boolean;
  maySeePolicy: boolean;
  mayPropose: boolean;
  mayDecide: boolean;
};

/** The datasets that the asker works with, restricted ones among them, each with the change that waits. Errors: signed-out, not-allowed. */
export async function listManagedDatasets(ctx: Ctx): Promise<ManagedDataset[]> {
  checkPermission(ctx, 'see-managed-datasets');
  const values: unknown[] = [accessChange, sensitivityChange, policyChange];
  const seen = permittedSql(ctx, 'see-managed-datasets', { place: 'd.place', office: 'd.office' }, values);
  const { rows } = await ctx.app.query<
    Omit<ManagedDataset, 'mayPropose' | 'mayDecide' | 'missing' | 'maySeePolicy'> & { id: string }
  >(
    `select d.id::text, d.slug, d.title, d.place, pl.name as "placeName", d.office, o.name as "officeName", d.access, d.listed, d.held_back as "heldBack",
       ${isUnsettled('d')} as moving,
       (select ${proposalJson('p')} from private.proposal p
        where p.kind = $1 and p.subject = 'dataset:' || d.id and p.decision is null) as waiting,
       exists (select from private.proposal p where p.kind = $2 and p.subject = 'dataset:' || d.id
         and p.decision is null) as "sensitivityWaits",
       exists (select from private.proposal p where p.kind = $3 and p.subject = 'dataset:' || d.id
         and p.decision is null) as "policyWaits"
     from private.dataset d left join released.place pl on pl.slug = d.place left join released.office o on o.slug = d.office
     where d.kind <> 'external' and ${seen} order by d.title, d.slug`,
    values,
  );
  const described = await loadDescriptions(
    ctx.app,
    rows.map(({ id }) => id),
  );
  return rows.map(({ id, ...row }) => ({
    ...row,
    missing: completeness(described.get(id) as Loaded).length,
    maySeePolicy: isPermitted(ctx, 'preview-policy', row),
    mayPropose: isPermitted(ctx, 'propose-access-change', row),
    mayDecide: row.waiting !== null && isPermitted(ctx, 'decide-access-change', row.waiting),
  }));
}
