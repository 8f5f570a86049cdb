import type { Ctx } from '../../kit/context.ts';
import { type Tx, withTransaction } from '../../kit/database.ts';
import { checkPermission } from '../../people/index.ts';
import { ensureDataset } from '../../release/index.ts';
import { datasetInputOf } from './dataset-of-mapping.ts';
import type { ImportInput, ImportSummary } from './import-file.ts';
import type { RegisterEntry } from './interpret-register.ts';
import type { SensorsRegister, ThingsRegister } from './mapping.ts';
import { storeSensorEntries, storeThingEntries } from './store-register.ts';
import { checkRegister, type RegisterSummary, walkRegister } from './walk-register.ts';

/**
 * Imports a register, a file without readings: each row a Thing that stands somewhere, or what a kind of sensor measures.
 * Importing it again brings what it describes up to date. Errors: as importFile.
 */
export async function importRegister(
  ctx: Ctx,
  input: ImportInput & { register: ThingsRegister | SensorsRegister },
): Promise<RegisterSummary & Pick<ImportSummary, 'dataset' | 'datasetMade' | 'heldBack'>> {
  checkPermission(ctx, 'import-files');
  const total = await checkRegister(input);
  const dataset = datasetInputOf(input.register.dataset, input.dataset);
  const {
    id: datasetId,
    made,
    heldBack,
  } = await withTransaction(ctx.app, (tx) => ensureDataset(tx, dataset));
  const summary = await walkRegister(input, (entries, done) => {
    input.onProgress?.({ phase: 'storing', done, total });
    return withTransaction(ctx.app, (tx) => store(tx, datasetId, entries, ctx.clock.now()));
  });
  if (summary.added + summary.known > 0) ctx.emit({ kind: 'dataset-changed', datasetId });
  return { ...summary, dataset: dataset.slug, datasetMade: made, heldBack };
}

/** Returns how many were not there before. */
async function store(
  tx: Tx,
  datasetId: string,
  entries: readonly RegisterEntry[],
  now: Date,
): Promise<number> {
  const things = entries.filter((entry) => entry.kind === 'thing');
  const sensors = entries.filter((entry) => entry.kind === 'sensor');
  return (
    (await storeThingEntries(tx, datasetId, things, now)) + (await storeSensorEntries(tx, datasetId, sensors))
  );
}
