import type { Ctx } from '../../src/kit/context.ts';
import { type Tx, withTransaction } from '../../src/kit/database.ts';
import { ensureEntities, ensureThingLocations } from '../../src/observations/index.ts';
import { type DatasetInput, ensureDataset } from '../../src/release/index.ts';

let counter = 0;

export type Made = { dataset: string; datasetId: string; thingId: string; datastreamId: string };

/** A dataset with one Thing at one Location and one Datastream; open unless said otherwise. */
export async function makeDatastream(
  ctx: Ctx,
  options: {
    access?: DatasetInput['access'];
    listed?: boolean;
    dataset?: string;
    name?: string;
    plausibleLow?: number;
    plausibleHigh?: number;
  } = {},
): Promise<Made> {
  const key = `made-${++counter}`;
  return withTransaction(ctx.app, async (tx) => {
    const { id: datasetId } = await ensureDataset(
      tx,
      {
        slug: options.dataset ?? key,
        title: `Dataset ${options.dataset ?? key}`,
        description: 'Made for a test.',
        topic: 'environment',
        access: options.access ?? 'open',
        listed: options.listed ?? false,
      },
      // As an operator opens what nobody owns.
      { opensUnowned: true },
    );
    const named = { datasetId, externalKey: key, name: options.name ?? key, description: 'Made for a test.' };
    const id = (ids: Map<string, string>) => ids.get(key) as string;
    const thingId = id(await ensureEntities(tx, 'thing', [named]));
    const point = { type: 'Point', coordinates: [-73.45, 41.39] };
    const locationId = id(
      await ensureEntities(tx, 'location', [
        { ...named, encodingType: 'application/geo+json', location: point },
      ]),
    );
    await ensureThingLocations(tx, [{ thingId, locationId, since: '2026-01-01T00:00:00Z' }]);
    const sensorId = id(
      await ensureEntities(tx, 'sensor', [
        { ...named, encodingType: 'text/html', metadata: 'https://example.org/model' },
      ]),
    );
    const observedPropertyId = id(
      await ensureEntities(tx, 'observed_property', [
        { ...named, definition: 'https://example.org/temperature' },
      ]),
    );
    const datastreamId = id(
      await ensureEntities(tx, 'datastream', [
        {
          ...named,
          thingId,
          sensorId,
          observedPropertyId,
          observationType: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement',
          unitOfMeasurement: { name: 'degree Celsius', symbol: '°C', definition: 'ucum:Cel' },
          plausibleLow: options.plausibleLow ?? null,
          plausibleHigh: options.plausibleHigh ?? null,
        },
      ]),
    );
    if (options.access === 'restricted') await describeFully(tx, datasetId, named.name);
    return { dataset: options.dataset ?? key, datasetId, thingId, datastreamId };
  });
}

/** Describes a dataset until nothing is missing but its owner and place: one that may be proposed for publication. */
async function describeFully(tx: Tx, datasetId: string, property: string): Promise<void> {
  await tx.query(
    `update private.dataset set translations = jsonb_build_object('es', jsonb_build_object('title', title, 'description', description)),
       keywords = '{test}', contact = 'data@example.org', no_promise = true, covers_from = '2026-01-01',
       license_gap = '{"page": "Open data", "url": null, "readOn": "2026-01-01"}'
     where id = $1`,
    [datasetId],
  );
  await tx.query(
    `insert into private.retention_series (dataset_id, series, rule_id, duty, clock, reason, set_by, set_at)
     values ($1, '*', 'test.retention', 'may', 'another', 'Made for a test.', 'operator', now())`,
    [datasetId],
  );
  await tx.query(
    `insert into private.dictionary_column (dataset_id, name, kind, unit, meaning, sensitivity, described_by, described_at)
     values ($1, 'result:' || $2, 'number', '°C', '{"en": "Made for a test.", "es": "Hecha para una prueba."}', 'none', 'operator', now())`,
    [datasetId, property],
  );
}
