import { kinds } from './model.ts';
import type { Dialect } from './names.ts';

const spec = 'http://www.opengis.net/spec/iot_sensing/1.1/req';

/** What is kept, and only that: the geospatial functions, $batch, MultiDatastream and MQTT are not yet. */
export const conformance = [
  'datamodel/thing',
  'datamodel/location',
  'datamodel/historical-location',
  'datamodel/datastream',
  'datamodel/sensor',
  'datamodel/observed-property',
  'datamodel/observation',
  'datamodel/feature-of-interest',
  'resource-path/resource-path-to-entities',
  'request-data/status-code',
  'request-data/query-status-code',
  'request-data/order',
  'request-data/expand',
  'request-data/select',
  'request-data/orderby',
  'request-data/top',
  'request-data/skip',
  'request-data/count',
  'request-data/filter',
  'request-data/built-in-filter-operations',
  'request-data/pagination',
  'create-update-delete/create-entity',
  'create-update-delete/link-to-existing-entities',
  'create-update-delete/deep-insert',
  'create-update-delete/deep-insert-status-code',
  'create-update-delete/update-entity',
  'create-update-delete/update-entity-put',
  'create-update-delete/update-entity-jsonpatch',
  'create-update-delete/delete-entity',
  'create-update-delete/historical-location-manual-creation',
  'data-array/data-array',
].map((requirement) => `${spec}/${requirement}`);

/** The service root [STA 1.1 §9.2.1]: the entity sets, and what this service keeps. */
export function landingPage(dialect: Dialect, base: string): object {
  return {
    value: kinds.map((kind) => ({ name: dialect.sets[kind], url: `${base}/${dialect.sets[kind]}` })),
    serverSettings: { conformance },
  };
}
