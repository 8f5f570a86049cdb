import type { Tx } from '../kit/database.ts';
import { type Audience, audiences, isFor, isShown } from './audience.ts';
import { projectDescriptions } from './describe/project-descriptions.ts';
import { treatEntity } from './entity-policy.ts';
import type { PolicyContent } from './policy.ts';
import { projectCatalog } from './project-catalog.ts';
import { binder, run, zoneSql } from './release-readings.ts';
import { projectRetention } from './retention/project-retention.ts';

/**
 * The release gate for entities: copies from `private` into `released` what anyone may see, into `granted` what takes a
 * key, and takes out what is for neither. An entity lies in one of them at most. Readings are not copied here (settlement.ts).
 *
 * What is for an audience: everything whose own dataset is; a Thing, Sensor or ObservedProperty that a Datastream
 * of such a dataset hangs on. For anyone besides: a Sensor or ObservedProperty that has no dataset; and a dataset that
 * is open, or another but listed.
 */
export type EntityKind =
  | 'thing'
  | 'location'
  | 'sensor'
  | 'observed_property'
  | 'feature_of_interest'
  | 'datastream'
  | 'historical_location';

const own = (audience: Audience) =>
  `exists (select from private.dataset ds where ds.id = t.dataset_id and ${isFor('ds', audience)})`;
const underDatastream = (audience: Audience, column: string) =>
  `exists (select from private.datastream d join private.dataset ds on ds.id = d.dataset_id
           where d.${column} = t.id and ${isFor('ds', audience)} and ${isShown('d', 'ds')})`;

/** Whether a dataset's policy has one of these steps, by which single readings are seen late, in groups, or not at all. */
const does = (ds: string, steps: string) =>
  `exists (select from jsonb_array_elements(${ds}.policy -> 'steps') s where ${steps})`;
const holdsBack = `s ->> 'do' in ('delay', 'aggregate')`;
const tellsOfReadings = `${holdsBack} or s ->> 'do' = 'coarsen-time' or s ->> 'column' like 'result:%'`;
const datasetDoes = (id: string, steps: string) =>
  `exists (select from private.dataset ds where ds.id = ${id} and ${does('ds', steps)})`;

/**
 * Where something is now tells of readings that are not released yet: a place of a Thing that moves is then withheld, and so is
 * where it was when. Which feature a single reading was of is withheld wherever single readings are not all released.
 */
const keptBack = {
  location: `(${datasetDoes('t.dataset_id', holdsBack)} and exists (
    select from private.historical_location_location l join private.historical_location h on h.id = l.historical_location_id
    where l.location_id = t.id and exists (
      select from private.historical_location other where other.thing_id = h.thing_id and other.id <> h.id)))`,
  feature_of_interest: `(t.location_id is null and ${datasetDoes('t.dataset_id', tellsOfReadings)})`,
  historical_location: `exists (select from private.thing th where th.id = t.thing_id and ${datasetDoes('th.dataset_id', holdsBack)})`,
};

/** `concerns`: whether the row `t` of `private` is for this audience or a wider one. */
type Projection = { columns: string; concerns: (audience: Audience) => string };

const projections: Record<EntityKind, Projection> = {
  thing: {
    columns: 'id, dataset_id, external_key, name, description, properties',
    concerns: (audience) => `(${own(audience)} or ${underDatastream(audience, 'thing_id')})`,
  },
  location: {
    columns: 'id, dataset_id, external_key, name, description, encoding_type, location, properties',
    concerns: (audience) => `(${own(audience)} and not ${keptBack.location})`,
  },
  sensor: {
    columns: 'id, dataset_id, external_key, name, description, encoding_type, metadata, properties',
    concerns: (audience) =>
      `(t.dataset_id is null or ${own(audience)} or ${underDatastream(audience, 'sensor_id')})`,
  },
  observed_property: {
    columns: 'id, dataset_id, external_key, name, definition, description, properties',
    concerns: (audience) =>
      `(t.dataset_id is null or ${own(audience)} or ${underDatastream(audience, 'observed_property_id')})`,
  },
  feature_of_interest: {
    columns: 'id, dataset_id, location_id, name, description, encoding_type, feature, properties',
    concerns: (audience) => `(${own(audience)} and not ${keptBack.feature_of_interest})`,
  },
  datastream: {
    columns:
      'id, dataset_id, external_key, thing_id, sensor_id, observed_property_id, name, description, observation_type, unit_of_measurement, observed_area, properties, plausible_low, plausible_high',
    concerns: (audience) =>
      `exists (select from private.dataset ds where ds.id = t.dataset_id and ${isFor('ds', audience)} and ${isShown('t', 'ds')})`,
  },
  historical_location: {
    columns: 'id, thing_id, "time"',
    concerns: (audience) =>
      `(exists (select from ${audience}.thing r where r.id = t.thing_id) and not ${keptBack.historical_location})`,
  },
};

/** Brings what doors see into line with `private` for these rows. Call it in the transaction that changed them. */
export async function projectEntities(tx: Tx, kind: EntityKind, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  if (kind === 'datastream') {
    await beginReleases(tx, ids);
    await projectWhatDatastreamsHangOn(tx, ids);
  }
  const policies = await policiesOf(tx, kind, ids);
  for (const audience of audiences) await projectInto(tx, audience, kind, ids, policies);
  if (kind === 'thing' || kind === 'location') await projectThingLocations(tx, kind, ids);
  if (kind === 'historical_location') await projectHistoricalLocationLinks(tx, ids);
}

/** A Datastream made in a dataset that has a policy is under it from its first reading. */
async function beginReleases(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.query(
    `insert into private.datastream_release as r (datastream_id, dataset_id, phase, version, observed_property_id)
     select x.datastream_id, x.dataset_id, case when ${isWithheld('x', 'ds', 'p')} then 'withheld' else 'settled' end,
       ds.policy_version, x.observed_property_id
     from (select id as datastream_id, dataset_id, observed_property_id from private.datastream
           where id = any($1::bigint[])) x
     join private.dataset ds on ds.id = x.dataset_id and ds.policy is not null
     join private.release_policy p on p.dataset_id = ds.id and p.version = ds.policy_version
     on conflict do nothing`,
    [ids],
  );
}

/** Whether nothing of a Datastream is released: its column is dropped, or the policy was approved without it. */
export const isWithheld = (r: string, ds: string, p: string): string =>
  `(not ${p}.properties ? ${r}.observed_property_id::text or exists (
    select from jsonb_array_elements(${ds}.policy -> 'steps') s where s ->> 'do' = 'drop'
      and s ->> 'column' = 'result:' || (${p}.properties ->> ${r}.observed_property_id::text)))`;

type DatasetPolicy = { id: string; policy: PolicyContent; zone: string };

/** The policies of the datasets that these rows belong to. */
async function policiesOf(tx: Tx, kind: EntityKind, ids: readonly string[]): Promise<DatasetPolicy[]> {
  const { rows } = await tx.query<DatasetPolicy>(
    `select ds.id, ds.policy, ${zoneSql} as zone from private.dataset ds where ds.policy is not null and ds.id in (
       select ${datasetOf(kind)} from private.${kind} t where t.id = any($1::bigint[]))`,
    [ids],
  );
  return rows;
}

const datasetOf = (kind: EntityKind) =>
  kind === 'historical_location'
    ? '(select h.dataset_id from private.thing h where h.id = t.thing_id)'
    : 't.dataset_id';

async function projectInto(
  tx: Tx,
  audience: Audience,
  kind: EntityKind,
  ids: readonly string[],
  policies: readonly DatasetPolicy[],
): Promise<void> {
  const { columns, concerns } = projections[kind];
  const belongs =
    audience === 'released' ? concerns(audience) : `${concerns('granted')} and not ${concerns('released')}`;
  await tx.query(
    `delete from ${audience}.${kind} r where r.id = any($1::bigint[])
     and not exists (select from private.${kind} t where t.id = r.id and ${belongs})`,
    [ids],
  );
  const under = policies.map(({ id }) => id);
  const plain = under.length > 0 ? `and (${datasetOf(kind)} = any($2::bigint[])) is not true` : '';
  await tx.query(
    `insert into ${audience}.${kind} (${columns})
     select ${columns} from private.${kind} t where t.id = any($1::bigint[]) and ${belongs} ${plain}
     on conflict (id) do update set ${assignments(columns)}`,
    under.length > 0 ? [ids, under] : [ids],
  );
  for (const { id, policy, zone } of policies) {
    const values: unknown[] = [ids, id];
    const treated = treatEntity(kind, policy, zone, binder(values));
    const named = columns.split(', ');
    const list = named.map((name) => `${treated.get(name) ?? `t.${name}`} as ${name}`).join(', ');
    const place = kind === 'location' ? 'location' : kind === 'feature_of_interest' ? 'feature' : undefined;
    const rows = `select * from (select ${list} from private.${kind} t where t.id = any($1::bigint[])
      and ${datasetOf(kind)} = $2::bigint and ${belongs}) x ${place ? `where x.${place} is not null` : ''}`;
    const { rows: done } = await run<{ id: string }>(
      tx,
      `insert into ${audience}.${kind} (${columns}) ${rows}
       on conflict (id) do update set ${assignments(columns)} returning id`,
      values,
    );
    // What could not be moved is not shown as it was.
    await tx.query(
      `delete from ${audience}.${kind} r where r.id = any($1::bigint[]) and not (r.id = any($3::bigint[])) and exists (
         select from private.${kind} t where t.id = r.id and ${datasetOf(kind)} = $2::bigint)`,
      [ids, id, done.map((row) => row.id)],
    );
  }
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

/** Whether both ends of a link lie in `released`, or else both where somebody with a key may see them. */
function linkBelongs(audience: Audience, ends: readonly { kind: EntityKind; id: string }[]): string {
  const lies = (schema: Audience, { kind, id }: { kind: EntityKind; id: string }) =>
    `exists (select from ${schema}.${kind} e where e.id = ${id})`;
  const open = ends.map((end) => lies('released', end)).join(' and ');
  if (audience === 'released') return `(${open})`;
  const seen = ends.map((end) => `(${lies('released', end)} or ${lies('granted', end)})`).join(' and ');
  return `(${seen} and not (${open}))`;
}

/** Links between Things and Locations, and the history of those links, are seen when both ends are. */
async function projectThingLocations(
  tx: Tx,
  kind: 'thing' | 'location',
  ids: readonly string[],
): Promise<void> {
  for (const audience of audiences) {
    const belongs = linkBelongs(audience, [
      { kind: 'thing', id: 'l.thing_id' },
      { kind: 'location', id: 'l.location_id' },
    ]);
    await tx.query(
      `delete from ${audience}.thing_location r where r.${kind}_id = any($1::bigint[])
       and not exists (select from private.thing_location l
         where l.thing_id = r.thing_id and l.location_id = r.location_id and ${belongs})`,
      [ids],
    );
    await tx.query(
      `insert into ${audience}.thing_location (thing_id, location_id)
       select l.thing_id, l.location_id from private.thing_location l
       where l.${kind}_id = any($1::bigint[]) and ${belongs} on conflict do nothing`,
      [ids],
    );
  }
  const { rows } = await tx.query<{ id: string }>(
    kind === 'thing'
      ? `select id from private.historical_location where thing_id = any($1::bigint[])
         union select id from granted.historical_location where thing_id = any($1::bigint[])`
      : `select historical_location_id as id from private.historical_location_location
           where location_id = any($1::bigint[])
         union select historical_location_id from granted.historical_location_location
           where location_id = any($1::bigint[])`,
    [ids],
  );
  await projectEntities(
    tx,
    'historical_location',
    rows.map((row) => row.id),
  );
}

async function projectHistoricalLocationLinks(tx: Tx, ids: readonly string[]): Promise<void> {
  for (const audience of audiences) {
    const belongs = linkBelongs(audience, [
      { kind: 'historical_location', id: 'l.historical_location_id' },
      { kind: 'location', id: 'l.location_id' },
    ]);
    await tx.query(
      `delete from ${audience}.historical_location_location r where r.historical_location_id = any($1::bigint[])
       and not exists (select from private.historical_location_location l where
         l.historical_location_id = r.historical_location_id and l.location_id = r.location_id and ${belongs})`,
      [ids],
    );
    await tx.query(
      `insert into ${audience}.historical_location_location (historical_location_id, location_id)
       select l.historical_location_id, l.location_id from private.historical_location_location l
       where l.historical_location_id = any($1::bigint[]) and ${belongs} on conflict do nothing`,
      [ids],
    );
  }
}

const datasetColumns = [
  'id',
  'slug',
  'place',
  'office',
  'title',
  'description',
  'topic',
  'keywords',
  'access',
  'listed',
  'license',
  'update_every',
  'source',
  'translations',
  'demonstration',
  'created_at',
  'modified_at',
  'policy_version',
  'policy',
  'custodian',
  'contact',
  'license_gap',
  'terms',
  'no_promise',
  'coverage_area',
  'covers_from',
  'covers_to',
  'retention_ask',
  'kind',
  'particulars',
  'harvest_source_id',
  'missing_since',
  'last_seen_at',
  'taken_down_at',
  'taken_down_for',
].join(', ');

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
  await projectCatalog(tx, ids);
  await projectDescriptions(tx, ids);
  await projectRetention(tx, ids);
}

/** Projects every entity of one dataset: what a change of its access class or its policy does. */
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
       union select id from released.${kind} where dataset_id = $1
       union select id from granted.${kind} where dataset_id = $1`,
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
