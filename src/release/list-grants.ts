import type { Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission } from '../people/index.ts';
import type { Access } from './access-change.ts';

export type DatasetGrant = {
  id: string;
  email: string;
  from: string;
  until: string | null;
  reason: string;
  grantedBy: string;
  endedAt: string | null;
  endReason: string | null;
};

export type GrantedDatasetPage = {
  dataset: { slug: string; title: string; place: string | null; office: string | null } & Access;
  grants: DatasetGrant[];
};

/** A dataset, and who was granted it, those in force first. Errors: signed-out, not-allowed, not-found. */
export async function listGrants(ctx: Ctx, input: { dataset: string }): Promise<GrantedDatasetPage> {
  checkPermission(ctx, 'see-grants');
  const { rows: found } = await ctx.app.query<GrantedDatasetPage['dataset'] & { id: string }>(
    'select id, slug, title, place, office, access, listed from private.dataset where slug = $1',
    [input.dataset],
  );
  const [dataset] = found;
  if (!dataset) throw new Problem('not-found', `There is no dataset “${input.dataset}”.`);
  checkPermission(ctx, 'see-grants', dataset);
  const { rows } = await ctx.app.query<DatasetGrant>(
    `select g.id::text, p.email, to_json(g.from_at) #>> '{}' as "from", to_json(g.until_at) #>> '{}' as until, g.reason,
       coalesce((select coalesce(w.name, w.email) from private.person w where 'person:' || w.id = g.granted_by), g.granted_by) as "grantedBy",
       to_json(g.ended_at) #>> '{}' as "endedAt", g.end_reason as "endReason"
     from private.dataset_grant g join private.person p on p.id = g.person_id
     where g.dataset_id = $1 order by g.ended_at desc nulls first, g.id desc`,
    [dataset.id],
  );
  const { id: _, ...shown } = dataset;
  return { dataset: shown, grants: rows };
}
