import type { Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission } from '../people/index.ts';

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

/** Who was granted a dataset, those in force first. Errors: signed-out, not-allowed, not-found. */
export async function listGrants(ctx: Ctx, input: { dataset: string }): Promise<DatasetGrant[]> {
  checkPermission(ctx, 'see-grants');
  const { rows: found } = await ctx.app.query<{ id: string; place: string | null; office: string | null }>(
    'select id, place, office from private.dataset where slug = $1',
    [input.dataset],
  );
  const [dataset] = found;
  if (!dataset) throw new Problem('not-found', `There is no dataset “${input.dataset}”.`);
  checkPermission(ctx, 'see-grants', dataset);
  const { rows } = await ctx.app.query<DatasetGrant>(
    `select g.id::text, p.email, g.from_at as "from", g.until_at as until, g.reason, g.granted_by as "grantedBy",
       g.ended_at as "endedAt", g.end_reason as "endReason"
     from private.dataset_grant g join private.person p on p.id = g.person_id
     where g.dataset_id = $1 order by g.ended_at desc nulls first, g.id desc`,
    [dataset.id],
  );
  return rows;
}
