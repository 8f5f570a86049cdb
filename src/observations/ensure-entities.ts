import type { Tx } from '../kit/database.ts';
import { projectEntities } from '../release/index.ts';

type Json = Record<string, unknown>;
type Shared = {
  datasetId: string;
  externalKey: string;
  name: string;
  description: string;
  properties?: Json | null;
};

export type EntityRows = {
  thing: Shared;
  location: Shared & { encodingType: string; location: Json };
  sensor: Omit<Shared, 'datasetId'> & { datasetId: string | null; encodingType: string; metadata: unknown };
  observed_property: Omit<Shared, 'datasetId'> & { datasetId: string | null; definition: string };
  datastream: Shared & {
    thingId: string;
    sensorId: string;
    observedPropertyId: string;
    observationType: string;
    unitOfMeasurement: Json;
    plausibleLow?: number | null;
    plausibleHigh?: number | null;
  };
};

const columns: { [Kind in keyof EntityRows]: string } = {
  thing: '"datasetId" bigint, "externalKey" text, name text, description text, properties jsonb',
  location:
    '"datasetId" bigint, "externalKey" text, name text, description text, properties jsonb, "encodingType" text, location jsonb',
  sensor:
    '"datasetId" bigint, "externalKey" text, name text, description text, properties jsonb, "encodingType" text, metadata jsonb',
  observed_property:
    '"datasetId" bigint, "externalKey" text, name text, description text, properties jsonb, definition text',
  datastream:
    '"datasetId" bigint, "externalKey" text, name text, description text, properties jsonb, "thingId" bigint, "sensorId" bigint, "observedPropertyId" bigint, "observationType" text, "unitOfMeasurement" jsonb, "plausibleLow" double precision, "plausibleHigh" double precision',
};

/**
 * Makes sure that these entities stand as described, known by (dataset, external key): a second import finds what the
 * first one made and brings its description up to date. Projects them. Returns id by external key.
 */
export async function ensureEntities<Kind extends keyof EntityRows>(
  tx: Tx,
  kind: Kind,
  rows: readonly EntityRows[Kind][],
): Promise<Map<string, string>> {
  if (rows.length === 0) return new Map();
  const target = columns[kind].replace(/ (bigint|text|jsonb|double precision)/g, '');
  const snake = target.replace(/"/g, '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const key = kind === 'sensor' || kind === 'observed_property' ? '(coalesce(dataset_id, 0))' : 'dataset_id';
  const update = snake
    .split(', ')
    .filter((column) => column !== 'dataset_id' && column !== 'external_key')
    .map((column) => `${column} = excluded.${column}`);
  const result = await tx.query<{ id: string; external_key: string }>(
    `insert into private.${kind} (${snake})
     select ${target} from jsonb_to_recordset($1::jsonb) as row (${columns[kind]})
     on conflict (${key}, external_key) do update set ${update.join(', ')}
     returning id, external_key`,
    [JSON.stringify(rows)],
  );
  const ids = new Map(result.rows.map((row) => [row.external_key, row.id]));
  await projectEntities(tx, kind, [...ids.values()]);
  return ids;
}

/** Puts Things at Locations; a Thing that moved gets a HistoricalLocation [STA 1.1 §8.2.3]. */
export async function ensureThingLocations(
  tx: Tx,
  links: readonly { thingId: string; locationId: string; since: string }[],
): Promise<void> {
  if (links.length === 0) return;
  const rows = JSON.stringify(links);
  const shape = 'as l ("thingId" bigint, "locationId" bigint, since timestamptz)';
  // [statement boundaries matter: what a CTE inserts is not seen by its siblings]
  const { rows: moved } = await tx.query<{ thing: string; location: string; since: string }>(
    `select "thingId" as thing, "locationId" as location, since::text from jsonb_to_recordset($1::jsonb) ${shape}
     where not exists (select from private.thing_location t where t.thing_id = "thingId" and t.location_id = "locationId")`,
    [rows],
  );
  if (moved.length === 0) return;
  const things = moved.map((row) => row.thing);
  await tx.query('delete from private.thing_location where thing_id = any($1::bigint[])', [things]);
  await tx.query(
    `insert into private.thing_location (thing_id, location_id)
     select * from unnest($1::bigint[], $2::bigint[])`,
    [things, moved.map((row) => row.location)],
  );
  await tx.query(
    `with history as (
       insert into private.historical_location (thing_id, "time") select * from unnest($1::bigint[], $3::timestamptz[])
       returning id, thing_id
     ) insert into private.historical_location_location (historical_location_id, location_id)
       select h.id, l.location from history h join unnest($1::bigint[], $2::bigint[]) as l (thing, location) on l.thing = h.thing_id`,
    [things, moved.map((row) => row.location), moved.map((row) => row.since)],
  );
  await projectEntities(tx, 'thing', things);
}
