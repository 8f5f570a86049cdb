import type { Tx } from '../kit/database.ts';
import { projectEntities } from '../release/index.ts';

/**
 * The FeatureOfInterest for readings that name none: one for each Location, made from the Thing's Location and used
 * again [STA 1.1 §10.4]. A Thing with several Locations (encodings of one place) uses the one added first.
 * Returns feature id by Datastream id; a Datastream whose Thing has no Location is left out.
 */
export async function ensureAutomaticFeatures(
  tx: Tx,
  datastreamIds: readonly string[],
): Promise<Map<string, string>> {
  const features = new Map<string, string>();
  if (datastreamIds.length === 0) return features;
  const wanted = [...new Set(datastreamIds)];
  const { rows } = await tx.query<{ datastream: string; location: string; feature: string | null }>(
    `select d.id as datastream, l.location_id as location, f.id as feature
     from private.datastream d
     join lateral (select min(tl.location_id) as location_id from private.thing_location tl
                   where tl.thing_id = d.thing_id) l on l.location_id is not null
     left join private.feature_of_interest f on f.location_id = l.location_id
     where d.id = any($1::bigint[])`,
    [wanted],
  );
  const missing = [...new Set(rows.filter((row) => !row.feature).map((row) => row.location))];
  const made = new Map<string, string>();
  if (missing.length > 0) {
    // Two first readings at once: the loser of the unique key takes the winner's row.
    const inserted = await tx.query<{ id: string; location: string }>(
      `insert into private.feature_of_interest
         (dataset_id, location_id, name, description, encoding_type, feature, properties)
       select dataset_id, id, name, description, encoding_type, location, properties
       from private.location where id = any($1::bigint[]) order by id
       on conflict (location_id) do update set location_id = excluded.location_id
       returning id, location_id as location`,
      [missing],
    );
    for (const row of inserted.rows) made.set(row.location, row.id);
    await projectEntities(tx, 'feature_of_interest', [...made.values()]);
  }
  for (const row of rows) {
    const feature = row.feature ?? made.get(row.location);
    if (feature) features.set(row.datastream, feature);
  }
  return features;
}
