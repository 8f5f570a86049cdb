/**
 * The entities of SensorThings as this database holds them: tables, columns, relations. No name here goes down the
 * wire; a dialect (names.ts) says how a version of the standard calls each of them.
 */
export type Kind =
  | 'thing'
  | 'location'
  | 'historicalLocation'
  | 'datastream'
  | 'sensor'
  | 'observedProperty'
  | 'observation'
  | 'featureOfInterest';

export type Property = {
  type: 'text' | 'json' | 'instant' | 'interval' | 'result';
  /** The column; of an interval its start, of a result its number. */
  column: string;
  /** Of an interval: its end, null when it is an instant. Of a result: everything that is not a number. */
  second?: string;
  /** Never null, so an index on the column gives the order. */
  required?: true;
  /** Shown as null when there is none, instead of being left out. */
  shownWhenNull?: true;
  /** Reckoned by the server: a client's value is ignored. In the Datastream's extent. */
  computed?: true;
};

export type Link =
  /** To one: the id lies in our column. `sure` when the target is public whenever we are. */
  | { to: Kind; many: false; column: string; sure?: true }
  /** To many: our id lies in their column. */
  | { to: Kind; many: true; theirColumn: string }
  /** Many to many. */
  | { to: Kind; many: true; through: string; mine: string; theirs: string };

export type Entity = {
  table: string;
  properties: Record<string, Property>;
  links: Record<string, Link>;
};

const name: Property = { type: 'text', column: 'name', required: true };
const description: Property = { type: 'text', column: 'description', required: true };
const properties: Property = { type: 'json', column: 'properties' };
const encodingType: Property = { type: 'text', column: 'encoding_type', required: true };

export const model: Record<Kind, Entity> = {
  thing: {
    table: 'thing',
    properties: { name, description, properties },
    links: {
      locations: {
        to: 'location',
        many: true,
        through: 'thing_location',
        mine: 'thing_id',
        theirs: 'location_id',
      },
      historicalLocations: { to: 'historicalLocation', many: true, theirColumn: 'thing_id' },
      datastreams: { to: 'datastream', many: true, theirColumn: 'thing_id' },
    },
  },
  location: {
    table: 'location',
    properties: {
      name,
      description,
      encodingType,
      location: { type: 'json', column: 'location', required: true },
      properties,
    },
    links: {
      things: { to: 'thing', many: true, through: 'thing_location', mine: 'location_id', theirs: 'thing_id' },
      historicalLocations: {
        to: 'historicalLocation',
        many: true,
        through: 'historical_location_location',
        mine: 'location_id',
        theirs: 'historical_location_id',
      },
    },
  },
  historicalLocation: {
    table: 'historical_location',
    properties: { time: { type: 'instant', column: '"time"', required: true } },
    links: {
      thing: { to: 'thing', many: false, column: 'thing_id', sure: true },
      locations: {
        to: 'location',
        many: true,
        through: 'historical_location_location',
        mine: 'historical_location_id',
        theirs: 'location_id',
      },
    },
  },
  datastream: {
    table: 'datastream',
    properties: {
      name,
      description,
      observationType: { type: 'text', column: 'observation_type', required: true },
      unitOfMeasurement: { type: 'json', column: 'unit_of_measurement', required: true },
      observedArea: { type: 'json', column: 'observed_area' },
      phenomenonTime: {
        type: 'interval',
        column: 'phenomenon_from',
        second: 'phenomenon_to',
        computed: true,
      },
      resultTime: { type: 'interval', column: 'result_from', second: 'result_to', computed: true },
      properties,
    },
    links: {
      thing: { to: 'thing', many: false, column: 'thing_id', sure: true },
      sensor: { to: 'sensor', many: false, column: 'sensor_id', sure: true },
      observedProperty: { to: 'observedProperty', many: false, column: 'observed_property_id', sure: true },
      observations: { to: 'observation', many: true, theirColumn: 'datastream_id' },
    },
  },
  sensor: {
    table: 'sensor',
    properties: {
      name,
      description,
      encodingType,
      metadata: { type: 'json', column: 'metadata', required: true },
      properties,
    },
    links: { datastreams: { to: 'datastream', many: true, theirColumn: 'sensor_id' } },
  },
  observedProperty: {
    table: 'observed_property',
    properties: {
      name,
      definition: { type: 'text', column: 'definition', required: true },
      description,
      properties,
    },
    links: { datastreams: { to: 'datastream', many: true, theirColumn: 'observed_property_id' } },
  },
  observation: {
    table: 'observation',
    properties: {
      phenomenonTime: {
        type: 'interval',
        column: 'phenomenon_start',
        second: 'phenomenon_end',
        required: true,
      },
      result: { type: 'result', column: 'result_number', second: 'result_json', required: true },
      resultTime: { type: 'instant', column: 'result_time', shownWhenNull: true },
      resultQuality: { type: 'json', column: 'result_quality' },
      validTime: { type: 'interval', column: 'valid_start', second: 'valid_end' },
      parameters: { type: 'json', column: 'parameters' },
    },
    links: {
      datastream: { to: 'datastream', many: false, column: 'datastream_id', sure: true },
      featureOfInterest: { to: 'featureOfInterest', many: false, column: 'feature_id' },
    },
  },
  featureOfInterest: {
    table: 'feature_of_interest',
    properties: {
      name,
      description,
      encodingType,
      feature: { type: 'json', column: 'feature', required: true },
      properties,
    },
    links: { observations: { to: 'observation', many: true, theirColumn: 'feature_id' } },
  },
};

export const kinds = Object.keys(model) as Kind[];
