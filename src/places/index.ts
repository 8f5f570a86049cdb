export { type FoundPlace, findPlace } from './find-place.ts';
export { listOffices } from './list-offices.ts';
export type { Office } from './office.ts';
export type { Place } from './place.ts';
export { readSite } from './read-site.ts';
