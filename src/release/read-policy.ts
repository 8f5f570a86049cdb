import type { Ctx } from '../kit/context.ts';
import { checkPermission, isPermitted, type Proposal, proposalJson } from '../people/index.ts';
import { type Hint, openHints } from './hint-reviews.ts';
import type { PolicyContent } from './policy.ts';
import { type DatasetUnderPolicy, policyChange, readUnderPolicy } from './policy-change.ts';
import { type PolicyColumn, policyColumns } from './policy-columns.ts';
import { recordLook } from './preview-policy.ts';
import { isUnsettled } from './settlement.ts';

export type PolicyState = {
  dataset: DatasetUnderPolicy;
  versions: { version: number; content: PolicyContent; at: string; by: string }[];
  waiting: (Proposal & { proposer: string }) | null;
  /** Seeming personal data that nobody has looked at, as it would go under the policy that waits, or is in force. */
  hints: Hint[];
  /** Those that somebody has looked at, newest first. */
  reviews: { foundIn: string; kind: string; reason: string; by: string; at: string }[];
  columns: PolicyColumn[];
  /** Released anew at this moment. */
  settling: boolean;
  /** Datastreams that nothing is released of, each with why. */
  faults: { name: string; fault: string | null }[];
  /** Why nothing of its table is released. */
  tableFault: string | null;
  mayPropose: boolean;
  mayDecide: boolean;
  mayReview: boolean;
};

type Kept = Pick<PolicyState, 'versions' | 'waiting' | 'settling' | 'faults' | 'tableFault' | 'reviews'>;

/** A dataset's release policy, its versions, what waits, and what keeps it from being obeyed. Errors: signed-out, not-allowed, not-found. */
export async function readPolicyOf(ctx: Ctx, slug: string): Promise<PolicyState> {
  const dataset = await readUnderPolicy(ctx.app, slug);
  checkPermission(ctx, 'preview-policy', dataset);
  const { rows } = await ctx.app.query<Kept>(
    `select ${isUnsettled('ds')} as settling,
       (select coalesce(json_agg(json_build_object('version', v.version, 'content', v.content, 'at', v.in_force_at,
          'by', coalesce((select coalesce(w.name, w.email) from private.person w where 'person:' || w.id = v.set_by), v.set_by))
          order by v.version desc), '[]') from private.release_policy v where v.dataset_id = ds.id) as versions,
       (select ${proposalJson('p')} from private.proposal p
        where p.kind = $2 and p.subject = 'dataset:' || ds.id and p.decision is null) as waiting,
       (select coalesce(json_agg(json_build_object('name', d.name, 'fault', r.fault) order by d.name), '[]')
        from private.datastream_release r join private.datastream d on d.id = r.datastream_id
        where r.dataset_id = ds.id and (r.phase = 'withheld' or r.fault is not null)) as faults,
       (select t.fault from private.data_table t where t.dataset_id = ds.id) as "tableFault",
       (select coalesce(json_agg(json_build_object('foundIn', h.found_in, 'kind', h.kind, 'reason', h.reason, 'at', h.reviewed_at,
          'by', coalesce((select coalesce(w.name, w.email) from private.person w where 'person:' || w.id = h.reviewed_by), h.reviewed_by))
          order by h.reviewed_at desc), '[]') from private.hint_review h where h.dataset_id = ds.id) as reviews
     from private.dataset ds where ds.id = $1`,
    [dataset.id, policyChange],
  );
  const row = rows[0] as Kept;
  const policy = (row.waiting?.content.after as PolicyContent | undefined) ?? dataset.policy;
  const hints = await openHints(ctx.app, dataset, policy);
  // Each is shown with an example.
  if (hints.length > 0) await recordLook(ctx, dataset.id);
  return {
    dataset,
    ...row,
    hints,
    columns: await policyColumns(ctx.app, dataset),
    mayPropose: isPermitted(ctx, 'propose-policy', dataset),
    mayDecide: row.waiting !== null && isPermitted(ctx, 'decide-policy', row.waiting),
    mayReview: isPermitted(ctx, 'review-hints', dataset),
  };
}

/** The same by an address. Errors: signed-out, not-allowed, not-found. */
export async function readPolicy(ctx: Ctx, input: { dataset: string }): Promise<PolicyState> {
  checkPermission(ctx, 'preview-policy');
  return readPolicyOf(ctx, input.dataset);
}
