import type { JsonObject } from '../kit/chain.ts';
import type { Queryable, Tx } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { changesNothing, type PolicyContent, policyContent } from './policy.ts';
import { checkReadingPolicy } from './policy-problem.ts';
import { projectDatasetContents, projectDatasets } from './project.ts';
import { compilePolicy, type TableColumn } from './table-policy.ts';

/** The kind under which a change of release policy waits for a second person. */
export const policyChange = 'policy-change';

export type DatasetUnderPolicy = {
  id: string;
  slug: string;
  title: string;
  place: string | null;
  office: string | null;
  version: number;
  policy: PolicyContent;
  /** What is observed in it: name by id. */
  properties: Record<string, string>;
  /** It has a table, whose columns have names of their own. */
  tables: boolean;
  /** Those columns; none while nothing was stored. */
  columns: TableColumn[];
};

const columns = `ds.id::text, ds.slug, ds.title, ds.place, ds.office, ds.policy_version as version,
  coalesce(ds.policy, '{"steps": [], "reason": ""}') as policy,
  (select coalesce(jsonb_object_agg(p.id, p.name), '{}') from private.observed_property p where p.id in (
     select d.observed_property_id from private.datastream d where d.dataset_id = ds.id)) as properties,
  exists (select from private.data_table t where t.dataset_id = ds.id) as tables,
  (select coalesce(json_agg(json_build_object('position', c.position, 'name', c.name, 'type', c.type, 'nullable', c.nullable,
     'isKey', c.is_key) order by c.position), '[]')
   from private.data_table t join private.table_column c on c.table_id = t.id where t.dataset_id = ds.id) as columns`;

/** A dataset with its policy; with `lock`, writers who store its readings are done, and no change is on the way. Errors: not-found. */
export async function readUnderPolicy(
  tx: Queryable,
  slug: string,
  lock = false,
): Promise<DatasetUnderPolicy> {
  if (lock) await tx.query('select from private.dataset where slug = $1 for update', [slug]);
  const { rows } = await tx.query<DatasetUnderPolicy>(
    `select ${columns} from private.dataset ds where ds.slug = $1`,
    [slug],
  );
  if (!rows[0]) throw new Problem('not-found', `There is no dataset “${slug}”.`);
  return rows[0];
}

/** What an approval is about: the policy in force, and what there is in the dataset. */
export const policyBefore = (dataset: DatasetUnderPolicy): JsonObject => ({
  dataset: dataset.slug,
  version: dataset.version,
  policy: dataset.policy as unknown as JsonObject,
  properties: dataset.properties,
  ...(dataset.tables ? { columns: dataset.columns.map(({ name, type }) => `${name}: ${type}`) } : {}),
});

/** A policy as it may be proposed for this dataset. Throws invalid with what is wrong. */
export function readPolicy(dataset: DatasetUnderPolicy, input: unknown): PolicyContent {
  const parsed = policyContent.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Problem('invalid', `The policy’s “${issue?.path.join('.')}” is wrong: ${issue?.message}.`, {
      details: { field: 'policy' },
    });
  }
  const observed = Object.values(dataset.properties);
  if (observed.length > 0 || !dataset.tables) checkReadingPolicy(parsed.data, observed);
  else if (dataset.columns.length > 0) compilePolicy(dataset.columns, parsed.data);
  if (!changesNothing(parsed.data) && parsed.data.reason.trim() === '')
    throw new Problem('invalid', 'Say for the public why something is withheld.', {
      details: { field: 'why' },
    });
  return parsed.data;
}

/**
 * Puts a policy in force for a dataset that is locked. From the commit on nothing is seen of its Datastreams; each comes
 * back by `settle`, as the policy says. Returns its version.
 */
export async function applyPolicy(
  tx: Tx,
  dataset: DatasetUnderPolicy,
  content: PolicyContent,
  by: { at: Date; proposal: string | null; name: string },
): Promise<number> {
  const version = dataset.version + 1;
  await tx.query(
    `insert into private.release_policy (dataset_id, version, content, properties, in_force_at, proposal_id, set_by)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [dataset.id, version, content, dataset.properties, by.at, by.proposal, by.name],
  );
  await tx.query(
    'update private.dataset set policy_version = $2, policy = $3, modified_at = $4 where id = $1',
    [dataset.id, version, changesNothing(content) ? null : content, by.at],
  );
  await tx.query(
    `update private.datastream_release set phase = 'clear', fault = null where dataset_id = $1 and phase <> 'gather'`,
    [dataset.id],
  );
  if (!changesNothing(content))
    await tx.query(
      `insert into private.datastream_release (datastream_id, dataset_id, phase, version, observed_property_id)
       select id, dataset_id, 'gather', $2, observed_property_id from private.datastream where dataset_id = $1
       on conflict do nothing`,
      [dataset.id, version],
    );
  await tx.query(
    `delete from private.release_due where datastream_id in (select id from private.datastream where dataset_id = $1)`,
    [dataset.id],
  );
  // With its Datastreams the files of past months go (a trigger).
  await projectDatasets(tx, [dataset.id]);
  await projectDatasetContents(tx, dataset.id);
  return version;
}
