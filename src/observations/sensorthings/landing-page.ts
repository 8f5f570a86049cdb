import { kinds } from './model.ts';
import type { Dialect } from './names.ts';

const spec = 'http://www.opengis.net/spec/iot_sensing/1.1/req';

/** What is kept, and only that: the geospatial functions, $batch, MultiDatastream and MQTT are not yet. */
export const conformance = [
  `${spec}/datamodel/thing`,
  `${spec}/datamodel/location`,
  `${spec}/datamodel/historical-location`,
  `${spec}/datamodel/datastream`,
  `${spec}/datamodel/sensor`,
  `${spec}/datamodel/observed-property`,
  `${spec}/datamodel/observation`,
  `${spec}/datamodel/feature-of-interest`,
  `${spec}/datamodel/entity-control-information`,
  `${spec}/resource-path/resource-path-to-entities`,
  `${spec}/request-data/order`,
  `${spec}/request-data/expand`,
  `${spec}/request-data/select`,
  `${spec}/request-data/status-codes`,
  `${spec}/request-data/query-status-codes`,
  `${spec}/request-data/orderby`,
  `${spec}/request-data/top`,
  `${spec}/request-data/skip`,
  `${spec}/request-data/count`,
  `${spec}/request-data/filter`,
  `${spec}/request-data/built-in-filter-operations`,
  `${spec}/request-data/pagination`,
] as const;

/** The service root [STA 1.1 §9.2.1]: the entity sets, and what this service keeps. */
export function landingPage(dialect: Dialect, base: string): object {
  return {
    value: kinds.map((kind) => ({ name: dialect.sets[kind], url: `${base}/${dialect.sets[kind]}` })),
    serverSettings: { conformance },
  };
}
