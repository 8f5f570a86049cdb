import { z } from 'zod';
import { Problem } from '../../kit/problem.ts';
import type { EntityInput, LinkInput, Time } from '../entity-input.ts';
import { wrongPlace } from '../geojson.ts';
import { asId, asResult, isUnstorable } from './body-json.ts';
import { type Kind, model, type Property } from './model.ts';
import { type Dialect, findLink, findProperty } from './names.ts';
import { isInstant } from './parse-expression.ts';

type Wish = {
  /** What must be there: everything for a new entity, its own properties for PUT, nothing for PATCH. */
  require: 'all' | 'properties' | 'nothing';
  /** The relation that the path has given already. */
  given?: string;
};

const instant = z
  .string()
  .refine(isInstant, 'expected a time with offset, such as 2026-01-31T12:00:00Z')
  .transform((start): Time => ({ start, end: null }));
const interval = z
  .string()
  .transform((text) => text.split('/'))
  .refine(
    ([from, to, more]) => isInstant(from ?? '') && isInstant(to ?? '') && more === undefined,
    'expected an interval, such as 2026-01-31T12:00:00Z/2026-01-31T13:00:00Z',
  )
  .refine(([from = '', to = '']) => Date.parse(from) <= Date.parse(to), 'the interval ends before it begins')
  .transform(([start = '', end = '']): Time => ({ start, end }));
const object = z.record(z.string(), z.unknown(), 'expected a JSON object');
const anything = z
  .unknown()
  .refine((value) => value !== null && value !== undefined, 'expected a value, not null');

/** What is particular to one property; the others follow from their type. */
const particular: Partial<Record<Kind, Record<string, z.ZodType>>> = {
  datastream: {
    unitOfMeasurement: z.looseObject({
      name: z.string().nullable(),
      symbol: z.string().nullable(),
      definition: z.string().nullable(),
    }),
    observedArea: object,
  },
  location: { location: anything },
  featureOfInterest: { feature: anything },
  sensor: { metadata: anything },
  observation: {
    phenomenonTime: z.string().transform((text, context) => {
      const parsed = (text.includes('/') ? interval : instant).safeParse(text);
      if (parsed.success) return parsed.data;
      context.addIssue(parsed.error.issues[0]?.message ?? 'expected a time');
      return z.NEVER;
    }),
    result: anything.transform(asResult),
    resultQuality: anything,
  },
};

function schemaOf(kind: Kind, name: string, property: Property): z.ZodType {
  const own = particular[kind]?.[name];
  if (own) return own;
  switch (property.type) {
    case 'text':
      return z.string();
    case 'json':
      return object;
    case 'instant':
      return instant;
    case 'interval':
      return interval;
    case 'result':
      return anything;
  }
}

/**
 * Reads the JSON of an entity, with all that stands in it. A client's own id, control information and what the server
 * reckons are ignored. Throws Problem `invalid` that names the place: `Datastreams[0].Sensor.name`.
 */
export function readEntityBody(
  dialect: Dialect,
  kind: Kind,
  json: unknown,
  wish: Wish,
  at = '',
): EntityInput {
  const what = dialect.sets[kind];
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw wrong(at, `expected a JSON object that describes one of ${what}`);
  }
  const entity: EntityInput = { kind, values: {}, links: {}, at };
  for (const [name, value] of Object.entries(json)) {
    if (name.includes('@') || dialect.idNames.includes(name)) continue;
    const place = at === '' ? name : `${at}.${name}`;
    const property = findProperty(kind, name);
    if (property) {
      if (!property.computed) entity.values[name] = readValue(kind, name, property, value, place);
      continue;
    }
    const found = findLink(dialect, kind, name);
    if (!found) throw wrong(place, `${what} have no such property`);
    const { key, link } = found;
    if (link.many && !Array.isArray(value)) throw wrong(place, 'expected an array');
    const each: unknown[] = link.many ? (value as unknown[]) : [value];
    entity.links[key] = each.map((one, index) =>
      readLink(dialect, link.to, one, link.many ? `${place}[${index}]` : place, inverseOf(kind, link.to)),
    );
  }
  if (wish.require !== 'nothing') requireProperties(entity);
  requireGeoJson(entity);
  if (wish.require === 'all') requireLinks(dialect, entity, wish.given);
  return entity;
}

function readValue(kind: Kind, name: string, property: Property, value: unknown, place: string): unknown {
  // A required time that is null is as one left out: the server fills it in [STA 1.1 §8.2.7].
  const mayBeNull = !property.required || (kind === 'observation' && name === 'phenomenonTime');
  if (value === null && mayBeNull) return null;
  const parsed = schemaOf(kind, name, property).safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw wrong([place, ...(issue?.path ?? [])].join('.'), issue?.message ?? 'is not as expected');
  }
  if (isUnstorable(parsed.data))
    throw wrong(place, 'contains a character that cannot be stored (U+0000, or half a surrogate pair)');
  return parsed.data;
}

function readLink(
  dialect: Dialect,
  kind: Kind,
  json: unknown,
  at: string,
  given: string | undefined,
): LinkInput {
  if (typeof json === 'object' && json !== null && dialect.id in json) {
    const named = (json as Record<string, unknown>)[dialect.id];
    const described = Object.keys(json).some(
      (name) => !name.includes('@') && !dialect.idNames.includes(name),
    );
    // An id beside a full description is the client's own, and ignored like any other.
    if (!described) {
      const id = asId(named);
      if (id === undefined) throw wrong(`${at}.${dialect.id}`, 'expected an id, a whole number to 2^63-1');
      return { id, at };
    }
  }
  return readEntityBody(dialect, kind, json, { require: 'all', given }, at);
}

/** The relation by which what stands inside knows the entity around it. */
export function inverseOf(outer: Kind, inner: Kind): string | undefined {
  return Object.entries(model[inner].links).find(([, link]) => link.to === outer)?.[0];
}

const requiredLinks: Partial<Record<Kind, string[]>> = {
  datastream: ['thing', 'sensor', 'observedProperty'],
  historicalLocation: ['thing', 'locations'],
  observation: ['datastream'],
};

function requireProperties({ kind, at, values }: EntityInput): void {
  for (const [name, property] of Object.entries(model[kind].properties)) {
    if (name in values || property.computed) continue;
    if (!property.required || (kind === 'observation' && name === 'phenomenonTime')) continue;
    throw wrong(at === '' ? name : `${at}.${name}`, 'is missing');
  }
}

/** A place said to be GeoJSON must be that. What a change does not say is looked up where it is made. */
function requireGeoJson({ kind, at, values }: EntityInput): void {
  const name = kind === 'location' ? 'location' : 'feature';
  if ((kind !== 'location' && kind !== 'featureOfInterest') || values[name] === undefined) return;
  const fault = wrongPlace(values.encodingType, values[name]);
  if (fault) throw wrong([...(at ? [at] : []), name, ...fault.path.map(String)].join('.'), fault.message);
}

function requireLinks(dialect: Dialect, { kind, at, links }: EntityInput, given: string | undefined): void {
  for (const key of requiredLinks[kind] ?? []) {
    if (key === given || (links[key]?.length ?? 0) > 0) continue;
    const name = dialect.links[key] ?? key;
    throw wrong(
      at === '' ? name : `${at}.${name}`,
      'is missing; describe it here, or link it by {"@iot.id": …}',
    );
  }
}

/** PUT: what is not named is cleared. */
export function clearUnnamed(entity: EntityInput): EntityInput {
  const values = { ...entity.values };
  for (const [name, property] of Object.entries(model[entity.kind].properties)) {
    if (!(name in values) && !property.required && !property.computed) values[name] = null;
  }
  return { ...entity, values };
}

export function wrong(place: string, message: string): Problem {
  return new Problem('invalid', place === '' ? `The body: ${message}.` : `${place}: ${message}.`, {
    details: place === '' ? {} : { at: place },
  });
}
