export { type FoundPlace, findPlace } from './find-place.ts';
export { listOffices } from './list-offices.ts';
export type { Office } from './office.ts';
export type { Place } from './place.ts';
export {
  type OfficeInput,
  type PlaceInput,
  type PlacesFile,
  placeInput,
  readPlacesFile,
  sharedDuties,
} from './places-file.ts';
export { readSite } from './read-site.ts';
export { upsertPlaces } from './upsert-places.ts';
