import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { addDemonstrationStaff, checkPermission } from '../people/index.ts';
import { upsertPlaces } from '../places/index.ts';
import { storeFolders } from '../rulebook/index.ts';
import { planRegion } from './plan-region.ts';
import { readSeeds } from './seeds.ts';
import { writeHistory } from './write-history.ts';
import { type EntityWriter, writeEntities } from './write-region.ts';

export type LoadedRegion = {
  places: number;
  offices: number;
  datasets: number;
  things: number;
  datastreams: number;
  readings: number;
};

// Two starts at once: the second waits, then finds the region there.
const lockKey = 4_205_110_621;
const day = 86_400_000;

/**
 * Loads the demonstration region with its history, all or nothing, in one transaction: places there means all there.
 * Does nothing, and counts nothing, when the database has places already. The same `now` gives the same readings.
 * `days` of history (90), `scale` the share of the sensors from 0 to 1 (1). Emits `readings-stored` after the commit.
 */
export async function loadRegion(
  ctx: Ctx,
  input: { entities: EntityWriter; now?: Date; days?: number; scale?: number },
): Promise<LoadedRegion> {
  checkPermission(ctx, 'run-the-installation');
  const now = input.now ?? ctx.clock.now();
  const region = planRegion(await readSeeds(), input.scale ?? 1);
  const loaded = await withTransaction(ctx.app, async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [lockKey]);
    const { rowCount } = await tx.query('select from released.place limit 1');
    if (rowCount !== 0) return { places: 0, offices: 0, datasets: 0, things: 0, datastreams: 0, readings: 0 };
    const { places, folders, staff } = region.seeds;
    const [top] = places;
    if (!top) throw new Problem('invalid', 'The demonstration region has no place.');
    await upsertPlaces(tx, { places: [top], offices: [] }, { demonstration: true });
    await storeFolders(tx, ctx, { folders, demonstration: true, under: top.slug });
    await addDemonstrationStaff(tx, staff, now);
    const streams = await writeEntities(tx, region, input.entities);
    const from = new Date(now.getTime() - (input.days ?? 90) * day);
    const readings = await writeHistory(tx, streams, { from, to: now });
    return {
      places: region.seeds.places.length,
      offices: region.seeds.offices.length,
      datasets: region.datasets.length,
      things: region.things.length,
      datastreams: streams.length,
      readings,
    };
  });
  if (loaded.readings > 0) ctx.emit({ kind: 'readings-stored', readings: loaded.readings });
  return loaded;
}
