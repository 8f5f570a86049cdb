import type { Tx } from '../../kit/database.ts';
import { ensureEntities } from '../ensure-entities.ts';
import { ensureThings } from './ensure-series.ts';
import type { RegisterEntry } from './interpret-register.ts';

type ThingEntry = Extract<RegisterEntry, { kind: 'thing' }>;
type SensorEntry = Extract<RegisterEntry, { kind: 'sensor' }>;

/** Stores Things of a register, with since and until when they are in service. Returns how many are new. */
export async function storeThingEntries(
  tx: Tx,
  datasetId: string,
  entries: readonly ThingEntry[],
  now: Date,
): Promise<number> {
  if (entries.length === 0) return 0;
  const before = await knownKeys(tx, 'thing', datasetId, entries);
  await ensureThings(
    tx,
    datasetId,
    entries.map(({ thing, from, until }) => ({
      thing: {
        ...thing,
        properties: {
          ...thing.properties,
          ...(from === undefined ? {} : { in_service_from: from }),
          ...(until === undefined ? {} : { in_service_until: until }),
        },
      },
      since: from ?? now.toISOString(),
    })),
  );
  return entries.length - before;
}

/** Stores what kinds of sensor measure. Returns how many ObservedProperties are new. */
export async function storeSensorEntries(
  tx: Tx,
  datasetId: string,
  entries: readonly SensorEntry[],
): Promise<number> {
  if (entries.length === 0) return 0;
  const before = await knownKeys(tx, 'observed_property', datasetId, entries);
  const sensors = new Map(entries.map(({ sensor }) => [sensor.key, sensor]));
  await ensureEntities(
    tx,
    'sensor',
    [...sensors.values()].map(({ key, ...sensor }) => ({
      datasetId,
      externalKey: key,
      properties: null,
      ...sensor,
    })),
  );
  await ensureEntities(
    tx,
    'observed_property',
    entries.map(({ key, observedProperty, properties }) => ({
      datasetId,
      externalKey: key,
      ...observedProperty,
      properties,
    })),
  );
  return entries.length - before;
}

async function knownKeys(
  tx: Tx,
  table: 'thing' | 'observed_property',
  datasetId: string,
  entries: readonly RegisterEntry[],
): Promise<number> {
  const { rows } = await tx.query<{ known: number }>(
    `select count(*)::int as known from private.${table} where dataset_id = $1 and external_key = any($2::text[])`,
    [datasetId, entries.map(({ key }) => key)],
  );
  return rows[0]?.known ?? 0;
}
