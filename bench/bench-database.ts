import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Installation, openInstallation } from '../src/installation.ts';
import type { Ctx } from '../src/kit/context.ts';
import { withTransaction } from '../src/kit/database.ts';
import { ensureEntities, ensureThingLocations } from '../src/observations/index.ts';
import { ensureDataset } from '../src/release/index.ts';

/** An embedded database of its own, with fsync and synchronous_commit on, as the product runs it. */
export async function openBenchInstallation(): Promise<
  Installation & { env: Record<string, string>; remove(): Promise<void> }
> {
  const folder = await mkdtemp('/tmp/charter-oak-bench-');
  await chmod(folder, 0o711);
  const env = {
    CHARTER_OAK_DATA: join(folder, 'data'),
    LOG_LEVEL: 'warn',
    LIMIT_ANONYMOUS: 'off',
    LIMIT_KEY: 'off',
    LIMIT_PAGES: 'off',
  };
  const installation = await openInstallation({ env, actor: { kind: 'operator' } });
  const { rows } = await installation.ctx.app.query<{ fsync: string; commit: string }>(
    "select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit",
  );
  if (rows[0]?.fsync !== 'on' || rows[0]?.commit !== 'on')
    throw new Error('a bench without durability is no bench');
  return {
    ...installation,
    env,
    remove: async () => {
      await installation.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** An open dataset of `things` Things with one Datastream each. Returns the Datastreams' ids in order. */
export async function makeNetwork(
  ctx: Ctx,
  slug: string,
  things: number,
  access: 'open' | 'key' = 'open',
): Promise<string[]> {
  return withTransaction(ctx.app, async (tx) => {
    const { id: datasetId } = await ensureDataset(
      tx,
      {
        slug,
        title: `Bench ${slug}`,
        description: 'Made by the bench.',
        topic: 'traffic',
        access,
      },
      { opensUnowned: true },
    );
    const shared = { datasetId, description: 'Made by the bench.' };
    const keys = Array.from({ length: things }, (_, index) => `s${index}`);
    const idsOf = (found: Map<string, string>) => keys.map((key) => found.get(key) as string);
    const thingIds = idsOf(
      await ensureEntities(
        tx,
        'thing',
        keys.map((key) => ({ ...shared, externalKey: key, name: `Counter ${key}` })),
      ),
    );
    const locationIds = idsOf(
      await ensureEntities(
        tx,
        'location',
        keys.map((key, index) => ({
          ...shared,
          externalKey: key,
          name: `Place ${key}`,
          encodingType: 'application/geo+json',
          location: {
            type: 'Point',
            coordinates: [-73.4 - (index % 100) / 1000, 41.3 + Math.floor(index / 100) / 1000],
          },
        })),
      ),
    );
    await ensureThingLocations(
      tx,
      thingIds.map((thingId, index) => ({
        thingId,
        locationId: locationIds[index] as string,
        since: '2026-01-01T00:00:00Z',
      })),
    );
    const one = { datasetId, externalKey: slug, name: 'Loop counter', description: 'Made by the bench.' };
    const sensorId = (
      await ensureEntities(tx, 'sensor', [{ ...one, encodingType: 'text/plain', metadata: 'none' }])
    ).get(slug) as string;
    const observedPropertyId = (
      await ensureEntities(tx, 'observed_property', [
        { ...one, name: 'Vehicles', definition: 'urn:bench:vehicles' },
      ])
    ).get(slug) as string;
    return idsOf(
      await ensureEntities(
        tx,
        'datastream',
        keys.map((key, index) => ({
          ...shared,
          externalKey: key,
          name: `Vehicles at ${key}`,
          thingId: thingIds[index] as string,
          sensorId,
          observedPropertyId,
          observationType: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_CountObservation',
          unitOfMeasurement: { name: 'vehicles per hour', symbol: '/h', definition: 'ucum:/h' },
        })),
      ),
    );
  });
}

/**
 * Fills Datastreams with readings in order of arrival (all sensors at one time, then the next), so that one Datastream's
 * rows lie scattered over the table as they do in life.
 */
export async function fill(
  ctx: Ctx,
  datastreamIds: readonly string[],
  each: number,
  schema: 'released' | 'granted' = 'released',
): Promise<void> {
  const slice = Math.max(1, Math.floor(500_000 / datastreamIds.length));
  for (let from = 0; from < each; from += slice) {
    const to = Math.min(each, from + slice) - 1;
    await ctx.app.query(
      `insert into ${schema}.observation (datastream_id, id, phenomenon_start, result_number)
       select d, nextval('private.observation_id'), timestamptz '2026-01-01' + n * interval '5 minutes',
         (hashint8extended(d, n) % 2000 + 2000) % 2000
       from generate_series($2::bigint, $3::bigint) n, unnest($1::bigint[]) d order by n, d`,
      [datastreamIds, from, to],
    );
  }
  await ctx.app.query(
    `insert into ${schema}.datastream_extent (datastream_id, readings, phenomenon_from, phenomenon_to, arrived_at)
     select unnest($1::bigint[]), $2::bigint, timestamptz '2026-01-01', timestamptz '2026-01-01' + ($2::bigint - 1) * interval '5 minutes', now()`,
    [datastreamIds, each],
  );
}
