import type { Tx } from '../../kit/database.ts';
import { formatInstant, type Instant } from '../../kit/files/local-time.ts';
import { type EntityRows, ensureEntities, ensureThingLocations } from '../ensure-entities.ts';
import type { DescribedThing } from './described-things.ts';
import type { Series } from './interpret-row.ts';
import type { DatastreamShape } from './mapping.ts';

const measurement = 'http://www.opengis.net/def/observationType/OGC-OM/2.0';

// [STA 1.1 §8.2.4, table 12]: a text that is not a URI is no category, so it is the general kind.
const observationTypes: Record<DatastreamShape['type'], string> = {
  number: `${measurement}/OM_Measurement`,
  integer: `${measurement}/OM_CountObservation`,
  boolean: `${measurement}/OM_TruthObservation`,
  text: `${measurement}/OM_Observation`,
};

/** A Series that needs its Datastream, and the time of its first reading. */
export type NewSeries = { series: Series; since: Instant };

/**
 * Makes sure that the Things, Locations, Sensors, ObservedProperties and Datastreams of these series stand, each known
 * by the dataset and the file's own key: a second import finds those of the first. Returns Datastream id by series.
 */
export async function ensureSeries(
  tx: Tx,
  datasetId: string,
  added: readonly NewSeries[],
): Promise<Map<Series, string>> {
  const things = await ensureThings(
    tx,
    datasetId,
    added.map(({ series, since }) => ({ thing: series.thing, since: formatInstant(since) })),
  );
  const sensors = await ensureEntities(
    tx,
    'sensor',
    unique(added.map(({ series }) => sensorRow(datasetId, series.stream))),
  );
  const properties = await ensureEntities(
    tx,
    'observed_property',
    unique(added.map(({ series }) => observedPropertyRow(datasetId, series.stream))),
  );
  const rows = added.map(({ series }): EntityRows['datastream'] => ({
    datasetId,
    externalKey: datastreamKey(series),
    name: series.name,
    description: series.description,
    properties: null,
    thingId: idOf(things, series.thing.key),
    sensorId: idOf(sensors, sensorRow(datasetId, series.stream).externalKey),
    observedPropertyId: idOf(properties, observedPropertyRow(datasetId, series.stream).externalKey),
    observationType: observationTypes[series.stream.type],
    unitOfMeasurement: series.stream.unit ?? { name: null, symbol: null, definition: null },
    plausibleLow: series.plausible.min ?? null,
    plausibleHigh: series.plausible.max ?? null,
  }));
  const datastreams = await ensureEntities(tx, 'datastream', rows);
  return new Map(added.map(({ series }) => [series, idOf(datastreams, datastreamKey(series))]));
}

/** Makes sure that Things stand where they are described to stand. Returns id by key. */
export async function ensureThings(
  tx: Tx,
  datasetId: string,
  described: readonly { thing: DescribedThing; since: string }[],
): Promise<Map<string, string>> {
  const byKey = new Map(described.map((each) => [each.thing.key, each]));
  const things = [...byKey.values()];
  const ids = await ensureEntities(
    tx,
    'thing',
    things.map(({ thing }) => ({
      datasetId,
      externalKey: thing.key,
      name: thing.name,
      description: thing.description,
      properties: thing.properties,
    })),
  );
  const placed = things.flatMap(({ thing, since }) =>
    thing.location === undefined ? [] : [{ thing, since, location: thing.location }],
  );
  const locations = await ensureEntities(
    tx,
    'location',
    placed.map(({ thing, location }) => ({
      datasetId,
      externalKey: thing.key,
      name: location.name,
      description: location.name,
      properties: null,
      encodingType: 'application/geo+json',
      location: { type: 'Point', coordinates: [location.longitude, location.latitude] },
    })),
  );
  await ensureThingLocations(
    tx,
    placed.map(({ thing, since }) => ({
      thingId: idOf(ids, thing.key),
      locationId: idOf(locations, thing.key),
      since,
    })),
  );
  return ids;
}

function sensorRow(datasetId: string, stream: DatastreamShape): EntityRows['sensor'] {
  const sensor = stream.sensor ?? {
    name: 'Not stated',
    description: 'The source does not say which instrument measured this.',
    encoding_type: 'text/plain',
    metadata: '',
  };
  return {
    datasetId,
    externalKey: sensor.name,
    name: sensor.name,
    description: sensor.description,
    encodingType: sensor.encoding_type,
    metadata: sensor.metadata,
    properties: null,
  };
}

function observedPropertyRow(datasetId: string, stream: DatastreamShape): EntityRows['observed_property'] {
  const { name, definition, description } = stream.observed_property;
  return { datasetId, externalKey: name, name, definition, description, properties: null };
}

/** Thing and column; a slash inside of either is escaped so that two series never share a key. */
function datastreamKey(series: Series): string {
  return [series.thing.key, series.key]
    .map((part) => part.replaceAll('%', '%25').replaceAll('/', '%2F'))
    .join('/');
}

function unique<Row extends { externalKey: string }>(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [row.externalKey, row])).values()];
}

function idOf(ids: ReadonlyMap<string, string>, key: string): string {
  const id = ids.get(key);
  if (id === undefined) throw new Error(`no entity with the key ${key}`);
  return id;
}
