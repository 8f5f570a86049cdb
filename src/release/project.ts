import type { Tx } from '../kit/database.ts';

/**
 * The release gate for entities: copies from `private` into `released` what may be public, and takes out what may not.
 * Readings are not copied; their one stored copy lies where the dataset's access class says (see set-access.ts).
 *
 * What is public: a dataset that is open, or restricted but listed; everything whose own dataset is open; a Thing,
 * Sensor or ObservedProperty that a public Datastream hangs on, or (Sensor, ObservedProperty) that has no dataset.
 */
export type EntityKind =
  | 'thing'
  | 'location'
  | 'sensor'
  | 'observed_property'
  | 'feature_of_interest'
  | 'datastream'
  | 'historical_location';

const open = (table: string) =>
  `exists (select from private.dataset ds where ds.id = ${table}.dataset_id and ds.access = 'open')`;
const underOpenDatastream = (table: string, column: string) =>
  `exists (select from private.datastream d join private.dataset ds on ds.id = d.dataset_id
           where d.${column} = ${table}.id and ds.access = 'open')`;

type Projection = { columns: string; isPublic: string };

const projections: Record<EntityKind, Projection> = {
  thing: {
    columns: 'id, dataset_id, external_key, name, description, properties',
    isPublic: `(${open('t')} or ${underOpenDatastream('t', 'thing_id')})`,
  },
  location: {
    columns: 'id, dataset_id, external_key, name, description, encoding_type, location, properties',
    isPublic: open('t'),
  },
  sensor: {
    columns: 'id, dataset_id, external_key, name, description, encoding_type, metadata, properties',
    isPublic: `(t.dataset_id is null or ${open('t')} or ${underOpenDatastream('t', 'sensor_id')})`,
  },
  observed_property: {
    columns: 'id, dataset_id, external_key, name, definition, description, properties',
    isPublic: `(t.dataset_id is null or ${open('t')} or ${underOpenDatastream('t', 'observed_property_id')})`,
  },
  feature_of_interest: {
    columns: 'id, dataset_id, location_id, name, description, encoding_type, feature, properties',
    isPublic: open('t'),
  },
  datastream: {
    columns:
      'id, dataset_id, external_key, thing_id, sensor_id, observed_property_id, name, description, observation_type, unit_of_measurement, observed_area, properties, plausible_low, plausible_high',
    isPublic: open('t'),
  },
  historical_location: {
    columns: 'id, thing_id, "time"',
    isPublic: 'exists (select from released.thing r where r.id = t.thing_id)',
  },
};

/** Brings `released` into line with `private` for these rows. Call it in the transaction that changed them. */
export async function projectEntities(tx: Tx, kind: EntityKind, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const { columns, isPublic } = projections[kind];
  if (kind === 'datastream') await projectWhatDatastreamsHangOn(tx, ids);
  await tx.query(
    `delete from released.${kind} r where r.id = any($1::bigint[])
     and not exists (select from private.${kind} t where t.id = r.id and ${isPublic})`,
    [ids],
  );
  await tx.query(
    `insert into released.${kind} (${columns})
     select ${columns} from private.${kind} t where t.id = any($1::bigint[]) and ${isPublic}
     on conflict (id) do update set ${assignments(columns)}`,
    [ids],
  );
  if (kind === 'thing' || kind === 'location') await projectThingLocations(tx, kind, ids);
  if (kind === 'historical_location') await projectHistoricalLocationLinks(tx, ids);
}

function assignments(columns: string): string {
  return columns
    .split(', ')
    .filter((column) => column !== 'id')
    .map((column) => `${column} = excluded.${column}`)
    .join(', ');
}

async function projectWhatDatastreamsHangOn(tx: Tx, ids: readonly string[]): Promise<void> {
  const { rows } = await tx.query<{ things: string[]; sensors: string[]; properties: string[] }>(
    `select array_agg(distinct thing_id) as things, array_agg(distinct sensor_id) as sensors,
            array_agg(distinct observed_property_id) as properties
     from private.datastream where id = any($1::bigint[])`,
    [ids],
  );
  const row = rows[0];
  if (!row?.things) return;
  await projectEntities(tx, 'thing', row.things);
  await projectEntities(tx, 'sensor', row.sensors);
  await projectEntities(tx, 'observed_property', row.properties);
}

/** Links between Things and Locations, and the history of those links, are public when both ends are. */
async function projectThingLocations(
  tx: Tx,
  kind: 'thing' | 'location',
  ids: readonly string[],
): Promise<void> {
  await tx.query(
    `delete from released.thing_location r where r.${kind}_id = any($1::bigint[])
     and not exists (select from private.thing_location t where t.thing_id = r.thing_id and t.location_id = r.location_id)`,
    [ids],
  );
  await tx.query(
    `insert into released.thing_location (thing_id, location_id)
     select l.thing_id, l.location_id from private.thing_location l
     join released.thing rt on rt.id = l.thing_id join released.location rl on rl.id = l.location_id
     where l.${kind}_id = any($1::bigint[]) on conflict do nothing`,
    [ids],
  );
  const { rows } = await tx.query<{ id: string }>(
    kind === 'thing'
      ? 'select id from private.historical_location where thing_id = any($1::bigint[])'
      : 'select historical_location_id as id from private.historical_location_location where location_id = any($1::bigint[])',
    [ids],
  );
  await projectEntities(
    tx,
    'historical_location',
    rows.map((row) => row.id),
  );
}

async function projectHistoricalLocationLinks(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.query(
    `insert into released.historical_location_location (historical_location_id, location_id)
     select l.historical_location_id, l.location_id from private.historical_location_location l
     join released.historical_location rh on rh.id = l.historical_location_id
     join released.location rl on rl.id = l.location_id
     where l.historical_location_id = any($1::bigint[]) on conflict do nothing`,
    [ids],
  );
}

const datasetColumns =
  'id, slug, place, office, title, description, topic, keywords, access, listed, license, update_every, source, translations, demonstration, created_at, modified_at';

/** Brings the catalog entry of these datasets into line; their entities follow by `projectDatasetContents`. */
export async function projectDatasets(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.query(
    `delete from released.dataset r where r.id = any($1::bigint[])
     and not exists (select from private.dataset t where t.id = r.id and (t.access = 'open' or t.listed))`,
    [ids],
  );
  await tx.query(
    `insert into released.dataset (${datasetColumns})
     select ${datasetColumns} from private.dataset t where t.id = any($1::bigint[]) and (t.access = 'open' or t.listed)
     on conflict (id) do update set ${assignments(datasetColumns)}`,
    [ids],
  );
}

/** Projects every entity of one dataset: what a change of its access class does. */
export async function projectDatasetContents(tx: Tx, datasetId: string): Promise<void> {
  const kinds: EntityKind[] = [
    'sensor',
    'observed_property',
    'location',
    'thing',
    'feature_of_interest',
    'datastream',
  ];
  for (const kind of kinds) {
    const { rows } = await tx.query<{ id: string }>(
      `select id from private.${kind} where dataset_id = $1
       union select id from released.${kind} where dataset_id = $1`,
      [datasetId],
    );
    await projectEntities(
      tx,
      kind,
      rows.map((row) => row.id),
    );
  }
  // A Datastream that left may have been the last public thing its Thing, Sensor or ObservedProperty had.
  const { rows } = await tx.query<{ id: string }>('select id from private.datastream where dataset_id = $1', [
    datasetId,
  ]);
  await projectWhatDatastreamsHangOn(
    tx,
    rows.map((row) => row.id),
  );
}
