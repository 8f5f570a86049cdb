export { ensureAutomaticFeatures } from './ensure-automatic-features.ts';
export { type EntityRows, ensureEntities, ensureThingLocations } from './ensure-entities.ts';
export type { Reading, Repeats, StoredReadings } from './reading.ts';
export { storeReadings, storeReadingsIn } from './store-readings.ts';
