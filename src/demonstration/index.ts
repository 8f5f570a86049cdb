export { type LoadedRegion, loadRegion } from './load-region.ts';
export { type StoreReadings, simulate } from './simulate.ts';
export type { EntityWriter } from './write-region.ts';
