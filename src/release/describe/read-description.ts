import type { Ctx } from '../../kit/context.ts';
import { sqlState, withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission, isPermitted, type Proposal, proposalJson } from '../../people/index.ts';
import type { Bilingual } from '../../rules/index.ts';
import { accessChange } from '../access-change.ts';
import { openHints } from '../hint-reviews.ts';
import { type DatasetUnderPolicy, readUnderPolicy } from '../policy-change.ts';
import { completeness, type Missing } from './completeness.ts';
import { sensitivityChange } from './describe-columns.ts';
import { type Loaded, loadDescriptions } from './load-descriptions.ts';
import { retentionChoices } from './retention-choices.ts';

export type DescriptionPage = Loaded & {
  missing: Missing[];
  placeName: string | null;
  /** Offices of its city, by name. */
  offices: { slug: string; name: string }[];
  /** Versions of terms that hold at its place. */
  terms: string[];
  rules: { id: string; says: Bilingual }[];
  /** Of footage: the rules on who may see something. */
  accessRules: { id: string; says: Bilingual }[];
  /** The rule or gap that a letter about the license begins from. */
  licenseRule: { id: string; says: Bilingual } | null;
  versions: number;
  /** A weaker sensitivity that waits. */
  waiting: (Proposal & { proposer: string }) | null;
  /** A change of who may see it waits. */
  accessWaits: boolean;
  /** Seeming personal data that nobody has looked at, under the policy in force; null: too much to look at here. */
  hints: number | null;
  maySeePolicy: boolean;
  mayDescribe: boolean;
  mayDecide: boolean;
};

/** A dataset's description as staff work on it, with all its forms offer. Errors: signed-out, not-allowed, not-found. */
export async function readDescription(ctx: Ctx, input: { dataset: string }): Promise<DescriptionPage> {
  checkPermission(ctx, 'see-managed-datasets');
  const { rows } = await ctx.app.query<
    Pick<
      DescriptionPage,
      'id' | 'placeName' | 'offices' | 'terms' | 'versions' | 'waiting' | 'accessWaits'
    > & {
      place: string | null;
      office: string | null;
    }
  >(
    `select ds.id::text, ds.place, ds.office, p.name as "placeName",
       (select coalesce(json_agg(json_build_object('slug', o.slug, 'name', o.name) order by o.name), '[]')
        from released.office o where o.place in (p.slug, p.parent)) as offices,
       (select coalesce(json_agg(t.version order by t.published_at desc), '[]')
        from private.terms t where t.place is null or t.place = ds.place) as terms,
       (select count(*)::int from private.dataset_version v where v.dataset_id = ds.id) as versions,
       (select ${proposalJson('q')} from private.proposal q
        where q.kind = $2 and q.subject = 'dataset:' || ds.id and q.decision is null) as waiting,
       exists (select from private.proposal w
        where w.kind = $3 and w.subject = 'dataset:' || ds.id and w.decision is null) as "accessWaits"
     from private.dataset ds left join released.place p on p.slug = ds.place where ds.slug = $1 and ds.kind <> 'external'`,
    [input.dataset, sensitivityChange, accessChange],
  );
  const row = rows[0];
  const subject = row && { place: row.place, office: row.office };
  // Of another city's dataset nobody learns that there is one.
  if (!row || !isPermitted(ctx, 'see-managed-datasets', subject))
    throw new Problem('not-found', `There is no dataset “${input.dataset}” within the places of your roles.`);
  const under = await readUnderPolicy(ctx.app, input.dataset);
  const [hints, loaded, rules, licenseRules, accessRules] = await Promise.all([
    countHints(ctx, under),
    loadDescriptions(ctx.app, [row.id]),
    retentionChoices(ctx.app, ctx, row.place),
    retentionChoices(ctx.app, ctx, row.place, 'license'),
    retentionChoices(ctx.app, ctx, row.place, 'access'),
  ]);
  const found = loaded.get(row.id);
  if (!found) throw new Problem('not-found', `There is no dataset “${input.dataset}”.`);
  const { place: _, office: __, ...rest } = row;
  const said = ({ id, says }: { id: string; says: Bilingual }) => ({ id, says });
  return {
    ...rest,
    ...found,
    missing: completeness(found),
    accessRules: found.facts.footage ? accessRules.map(said) : [],
    rules: rules.filter(({ custodian }) => custodian === undefined || custodian === row.office).map(said),
    licenseRule: licenseRules[0] ? said(licenseRules[0]) : null,
    hints,
    maySeePolicy: isPermitted(ctx, 'preview-policy', subject),
    mayDescribe: isPermitted(ctx, 'describe-dataset', subject),
    mayDecide: row.waiting !== null && isPermitted(ctx, 'decide-access-change', row.waiting),
  };
}

/** Looks for a second at most (a default of the software); the page of the policy looks at all. */
async function countHints(ctx: Ctx, under: DatasetUnderPolicy): Promise<number | null> {
  try {
    return await withTransaction(ctx.app, async (tx) => {
      await tx.query(`set local statement_timeout = '1s'`);
      return (await openHints(tx, under, under.policy)).length;
    });
  } catch (error) {
    if (sqlState(error) !== '57014') throw error;
    return null;
  }
}
