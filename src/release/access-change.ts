import type { JsonObject } from '../kit/chain.ts';
import type { Tx } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import type { AccessClass } from './audience.ts';
import { descriptionJson, dictionaryJson } from './describe/load-descriptions.ts';
import { withoutContent } from './ensure-dataset.ts';
import type { DatasetKind } from './particulars.ts';
import { projectDatasetContents, projectDatasets } from './project.ts';

/** The kind under which a change of access waits for a second person. */
export const accessChange = 'access-change';

/** Who may see a dataset (audience.ts); `listed`: the catalog entry of one that is not open is public. */
export type Access = { access: AccessClass; listed: boolean };

export type LockedDataset = {
  id: string;
  slug: string;
  place: string | null;
  office: string | null;
  kind: DatasetKind;
  now: Access;
  /**
   * What an approval is about: how the dataset is seen now, whose it is, and what would be seen. One more sensor, another
   * license or another owner after approval was asked is another question.
   */
  before: JsonObject;
};

/** A dataset, locked: writers who store its readings are done, and no other change is on the way. Errors: not-found. */
export async function lockDataset(tx: Tx, slug: string): Promise<LockedDataset> {
  const { rows } = await tx.query<Omit<LockedDataset, 'now' | 'before'> & { seen: Access & JsonObject }>(
    `select id, slug, place, office, kind,
       jsonb_build_object('access', access, 'listed', listed, 'title', title, 'description', description,
         'license', license) || case when kind = 'own' then '{}' else jsonb_build_object('particulars', particulars) end as seen
     from private.dataset where slug = $1 for update`,
    [slug],
  );
  const found = rows[0];
  if (!found) throw new Problem('not-found', `There is no dataset “${slug}”.`);
  if (found.kind === 'external')
    throw new Problem('conflict', `“${slug}” stands on another portal. See its source: /staff/harvest`);
  // In a statement of its own, after the lock is had: whoever held it may have added one.
  const { rows: contents } = await tx.query<{
    datastreams: string[];
    described: JsonObject;
    dictionary: JsonObject[];
  }>(
    `select (select coalesce(jsonb_agg(id::text order by id), '[]') from private.datastream where dataset_id = ds.id) as datastreams,
       ${descriptionJson} as described,
       (select ${dictionaryJson()} from private.dictionary_column c where c.dataset_id = ds.id) as dictionary
     from private.dataset ds where ds.id = $1`,
    [found.id],
  );
  const { seen, ...dataset } = found;
  return {
    ...dataset,
    now: { access: seen.access, listed: seen.listed },
    before: {
      ...seen,
      place: dataset.place,
      office: dataset.office,
      datastreams: contents[0]?.datastreams ?? [],
      described: contents[0]?.described ?? {},
      dictionary: contents[0]?.dictionary ?? [],
    },
  };
}

/** Of footage the entry alone is public. Errors: conflict. */
export function checkContent({ kind, slug }: Pick<LockedDataset, 'kind' | 'slug'>, { access }: Access): void {
  if (kind !== 'own' && access !== 'restricted') throw withoutContent(slug);
}

/**
 * Changes who may see a dataset that lockDataset gave. Its entities leave the schema of those who may not see it any more
 * in this transaction, so no door shows it from the commit on; its readings, which every door reaches through a
 * Datastream that it may see, follow by `settle`.
 */
export async function applyAccess(tx: Tx, id: string, { access, listed }: Access, at: Date): Promise<void> {
  await tx.query(
    `update private.dataset set access = $2, listed = $3, held_back = null, modified_at = $4,
       taken_down_at = case when $2 = 'restricted' then taken_down_at end,
       taken_down_for = case when $2 = 'restricted' then taken_down_for end where id = $1`,
    [id, access, listed, at],
  );
  // What a policy has released lies in the schema of those who could see it until now: it is released anew.
  await tx.query(
    `update private.datastream_release set phase = 'clear' where dataset_id = $1 and phase <> 'gather'`,
    [id],
  );
  await projectDatasets(tx, [id]);
  await projectDatasetContents(tx, id);
}
