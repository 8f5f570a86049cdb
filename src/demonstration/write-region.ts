import type { Tx } from '../kit/database.ts';
import { ensureDataset, ensureDictionary } from '../release/index.ts';
import type { PlannedStream, PlannedThing, Region } from './plan-region.ts';

type Json = Record<string, unknown>;
type Named = { externalKey: string; name: string; description: string; properties?: Json | null };
type Rows = {
  thing: Named & { datasetId: string };
  location: Named & { datasetId: string; encodingType: string; location: Json };
  sensor: Named & { datasetId: string | null; encodingType: string; metadata: unknown };
  observed_property: Named & { datasetId: string | null; definition: string };
  datastream: Named & {
    datasetId: string;
    thingId: string;
    sensorId: string;
    observedPropertyId: string;
    observationType: string;
    unitOfMeasurement: Json;
    plausibleLow?: number | null;
    plausibleHigh?: number | null;
  };
};

/** How SensorThings entities are written: given by whoever wires the features together. */
export type EntityWriter = {
  ensureEntities<Kind extends keyof Rows>(
    tx: Tx,
    kind: Kind,
    rows: readonly Rows[Kind][],
  ): Promise<Map<string, string>>;
  ensureThingLocations(
    tx: Tx,
    links: readonly { thingId: string; locationId: string; since: string }[],
  ): Promise<void>;
  /** The FeatureOfInterest of each Datastream's readings, made from its Thing's Location. */
  ensureAutomaticFeatures(tx: Tx, datastreamIds: readonly string[]): Promise<Map<string, string>>;
};

/** A planned Datastream that stands in the database. */
export type WrittenStream = PlannedStream & { id: string; featureId: string | null; isOpen: boolean };

/** Writes datasets and entities; returns the Datastreams with their ids. */
export async function writeEntities(tx: Tx, region: Region, writer: EntityWriter): Promise<WrittenStream[]> {
  const datasetIds = new Map<string, string>();
  for (const dataset of region.datasets) {
    const { kinds: _kinds, es, source, ...rest } = dataset;
    const { id } = await ensureDataset(tx, {
      ...rest,
      listed: true,
      source: source ?? region.seeds.datasets.source,
      translations: { es },
      demonstration: true,
    });
    datasetIds.set(dataset.slug, id);
  }
  const { instruments, properties } = region.seeds.instruments;
  const sensorIds = await writer.ensureEntities(
    tx,
    'sensor',
    Object.entries(instruments).map(([key, { name, description }]) => ({
      datasetId: null,
      externalKey: `demonstration/${key}`,
      name,
      description,
      encodingType: 'text/plain',
      metadata: `${name}: an invented instrument of the demonstration region.`,
    })),
  );
  const propertyIds = await writer.ensureEntities(
    tx,
    'observed_property',
    Object.entries(properties).map(([key, { name, definition, description }]) => ({
      datasetId: null,
      externalKey: `demonstration/${key}`,
      name,
      definition,
      description,
    })),
  );
  const thingIds = await writeThings(tx, region.things, datasetIds, writer);
  const streamIds = await writer.ensureEntities(
    tx,
    'datastream',
    region.streams.map((stream) => ({
      datasetId: idOf(datasetIds, stream.dataset),
      externalKey: stream.key,
      name: stream.name,
      description: stream.description,
      thingId: idOf(thingIds, stream.thing),
      sensorId: idOf(sensorIds, `demonstration/${stream.instrument}`),
      observedPropertyId: idOf(propertyIds, `demonstration/${stream.property}`),
      observationType: `http://www.opengis.net/def/observationType/OGC-OM/2.0/${
        stream.isTruth ? 'OM_TruthObservation' : 'OM_Measurement'
      }`,
      unitOfMeasurement: stream.unit,
      plausibleLow: stream.plausibleLow,
      plausibleHigh: stream.plausibleHigh,
    })),
  );
  await writeDictionaries(tx, region, datasetIds);
  const features = await writer.ensureAutomaticFeatures(tx, [...streamIds.values()]);
  const open = new Set(region.datasets.filter(({ access }) => access === 'open').map(({ slug }) => slug));
  return region.streams.map((stream) => {
    const id = idOf(streamIds, stream.key);
    return { ...stream, id, featureId: features.get(id) ?? null, isOpen: open.has(stream.dataset) };
  });
}

/** What the columns of each dataset mean, from the properties that its streams observe. */
async function writeDictionaries(
  tx: Tx,
  region: Region,
  datasetIds: ReadonlyMap<string, string>,
): Promise<void> {
  const { properties } = region.seeds.instruments;
  const { rows } = await tx.query<{ now: Date }>('select now()::timestamptz as now');
  for (const [slug, id] of datasetIds) {
    const streams = region.streams.filter(({ dataset }) => dataset === slug);
    const columns = [...new Map(streams.map((stream) => [stream.property, stream])).values()].map(
      (stream) => {
        const { name, description, es, sensitivity } = known(properties, stream.property);
        return {
          name: `result:${name}`,
          kind: stream.isTruth ? ('true-false' as const) : ('number' as const),
          unit: typeof stream.unit.symbol === 'string' ? stream.unit.symbol : null,
          meaning: { en: description, es },
          sensitivity,
        };
      },
    );
    await ensureDictionary(tx, id, columns, new Date((rows[0] as { now: Date }).now));
  }
}

function known<T>(all: Record<string, T>, key: string): T {
  const one = all[key];
  if (one === undefined) throw new Error(`the plan names “${key}”, which the seeds do not define`);
  return one;
}

async function writeThings(
  tx: Tx,
  things: PlannedThing[],
  datasetIds: ReadonlyMap<string, string>,
  writer: EntityWriter,
): Promise<Map<string, string>> {
  const named = (thing: PlannedThing) => ({
    datasetId: idOf(datasetIds, thing.dataset),
    externalKey: thing.key,
  });
  const thingIds = await writer.ensureEntities(
    tx,
    'thing',
    things.map((thing) => ({
      ...named(thing),
      name: thing.name,
      description: thing.description,
      properties: thing.properties,
    })),
  );
  const locationIds = await writer.ensureEntities(
    tx,
    'location',
    things.map((thing) => ({
      ...named(thing),
      name: thing.corner,
      description: `Where “${thing.name}” stands. Invented for the demonstration.`,
      encodingType: 'application/geo+json',
      location: { type: 'Point', coordinates: thing.coordinates },
    })),
  );
  await writer.ensureThingLocations(
    tx,
    things.map((thing) => ({
      thingId: idOf(thingIds, thing.key),
      locationId: idOf(locationIds, thing.key),
      since: `${thing.properties.installedOn}T12:00:00Z`,
    })),
  );
  return thingIds;
}

function idOf(ids: ReadonlyMap<string, string>, key: string): string {
  const id = ids.get(key);
  if (id === undefined) throw new Error(`${key} was not written`);
  return id;
}
