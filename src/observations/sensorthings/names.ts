import { type Kind, type Link, model, type Property } from './model.ts';

/** How one version of the standard writes down what the model holds. */
export type Dialect = {
  /** Path of the service below the public address. */
  root: string;
  sets: Record<Kind, string>;
  links: Record<string, string>;
  /** The name of the id in answers, and every name that a query may use for it. */
  id: string;
  idNames: readonly string[];
  selfLink: string;
  navigationLink(name: string): string;
  /** Control information of a collection; `name` when it stands inside another entity. */
  count(name?: string): string;
  nextLink(name?: string): string;
};

/** SensorThings API 1.1 [OGC 18-088]. Properties bear the model's own names. */
export const v11: Dialect = {
  root: '/v1.1',
  sets: {
    thing: 'Things',
    location: 'Locations',
    historicalLocation: 'HistoricalLocations',
    datastream: 'Datastreams',
    sensor: 'Sensors',
    observedProperty: 'ObservedProperties',
    observation: 'Observations',
    featureOfInterest: 'FeaturesOfInterest',
  },
  links: {
    thing: 'Thing',
    things: 'Things',
    locations: 'Locations',
    historicalLocations: 'HistoricalLocations',
    datastream: 'Datastream',
    datastreams: 'Datastreams',
    sensor: 'Sensor',
    observedProperty: 'ObservedProperty',
    observations: 'Observations',
    featureOfInterest: 'FeatureOfInterest',
  },
  id: '@iot.id',
  idNames: ['@iot.id', 'id'],
  selfLink: '@iot.selfLink',
  navigationLink: (name) => `${name}@iot.navigationLink`,
  count: (name = '') => `${name}@iot.count`,
  nextLink: (name = '') => `${name}@iot.nextLink`,
};

export function findSet(dialect: Dialect, name: string): Kind | undefined {
  return (Object.keys(dialect.sets) as Kind[]).find((kind) => dialect.sets[kind] === name);
}

export function findLink(
  dialect: Dialect,
  kind: Kind,
  name: string,
): { key: string; link: Link } | undefined {
  for (const [key, link] of Object.entries(model[kind].links)) {
    if (dialect.links[key] === name) return { key, link };
  }
  return undefined;
}

export function findProperty(kind: Kind, name: string): Property | undefined {
  const { properties } = model[kind];
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}
