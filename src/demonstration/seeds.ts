import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { Problem } from '../kit/problem.ts';
import { staffRoles } from '../people/index.ts';
import { type OfficeInput, type PlaceInput, placeInput, readPlacesFile } from '../places/index.ts';
import { type CityFolder, readFolder } from '../rulebook/index.ts';
import { type Measure, measures } from './signal.ts';

/** The demonstration region as its data files describe it. Changing a file changes the region, never the code. */
const slug = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);
const text = z.string().min(1);
const coordinates = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]);
const duration = z.string().regex(/^PT(\d+H)?(\d+M)?(\d+S)?$/);
const bilingual = z.strictObject({ en: text, es: text });

const regionSchema = z.strictObject({ region: placeInput, state: slug, cities: z.array(slug).min(1) });

const datasetsSchema = z.strictObject({
  source: text,
  standIn: text,
  datasets: z.array(
    z.strictObject({
      slug,
      place: slug,
      office: slug,
      topic: z.enum(['traffic', 'parking', 'environment', 'infrastructure', 'public-safety', 'other']),
      kinds: z.array(text).min(1),
      access: z.enum(['open', 'restricted']),
      license: text.nullable(),
      source: text.optional(),
      keywords: z.array(text),
      title: text,
      description: text,
      es: z.strictObject({ title: text, description: text }),
    }),
  ),
});

const instrumentsSchema = z.strictObject({
  properties: z.record(
    slug,
    z.strictObject({
      name: text,
      definition: z.url(),
      description: text,
      es: text,
      sensitivity: z.enum(['none', 'personal', 'location-of-a-person', 'security']).default('none'),
      unit: text.optional(),
    }),
  ),
  units: z.record(z.string(), z.strictObject({ name: text, symbol: text, definition: text })),
  instruments: z.record(slug, z.strictObject({ name: text, description: text })),
});

const streamSchema = z.strictObject({
  property: text,
  instrument: text,
  measure: z.enum(measures as [Measure, ...Measure[]]),
  every: duration,
  history: duration,
  /** `spaces`: as many as the site has. */
  plausible: z.tuple([z.number(), z.union([z.number(), z.literal('spaces')])]).optional(),
});

const staffSchema = z.array(
  z.strictObject({
    name: text,
    email: z.email().endsWith('.invalid'),
    roles: z.array(
      z.strictObject({ role: z.enum(staffRoles), place: slug.optional(), office: slug.optional() }),
    ),
  }),
);

const described = { name: text, description: text, purpose: bilingual };
const kindsSchema = z.record(
  slug,
  z.strictObject({
    ...described,
    mount: text,
    near: z.strictObject({ school: z.strictObject(described) }).optional(),
    streams: z.array(streamSchema).min(1),
  }),
);

const sitesSchema = z.strictObject({
  place: slug,
  sites: z.array(
    z.strictObject({
      place: slug.optional(),
      corner: text,
      at: coordinates,
      road: z.enum(['arterial', 'street', 'local']),
      near: z.literal('school').optional(),
      spaces: z.number().int().positive().optional(),
      rhythm: z.enum(['commuter', 'station', 'shops', 'evening', 'beach']).optional(),
      carries: z.array(text).min(1),
    }),
  ),
});

export type Place = PlaceInput;
export type Seeds = {
  /** The folders of the state and of the cities, whole: what the rulebook reads. */
  folders: CityFolder[];
  places: Place[];
  offices: OfficeInput[];
  datasets: z.output<typeof datasetsSchema>;
  instruments: z.output<typeof instrumentsSchema>;
  kinds: z.output<typeof kindsSchema>;
  sites: z.output<typeof sitesSchema>[];
  staff: z.output<typeof staffSchema>;
};

const folder = new URL('../../db/seeds/western-connecticut/', import.meta.url);
const citiesFolder = new URL('../../cities/', import.meta.url);

/** Reads and checks the data files. Errors: Problem `invalid`, naming the file and what is wrong in it. */
export async function readSeeds(): Promise<Seeds> {
  const { region, state, cities } = await read('region.yaml', regionSchema);
  const described = await Promise.all(cities.map((city) => readCity(city, region.slug)));
  return {
    folders: await Promise.all([state, ...cities].map(readCityFolder)),
    places: [region, ...described.flatMap(({ places }) => places)],
    offices: described.flatMap(({ offices }) => offices),
    datasets: await read('datasets.yaml', datasetsSchema),
    instruments: await read('instruments.yaml', instrumentsSchema),
    kinds: await read('kinds.yaml', kindsSchema),
    staff: await read('staff.yaml', staffSchema),
    sites: await Promise.all(cities.map((city) => read(`sites-${city}.yaml`, sitesSchema))),
  };
}

/** A city's places and offices, from the folder that describes the city; here the city is a part of the region. */
async function readCity(
  city: string,
  region: string,
): Promise<{ places: PlaceInput[]; offices: OfficeInput[] }> {
  const name = `${city}/city.yaml`;
  const { places, offices } = readPlacesFile(
    await readFile(new URL(name, citiesFolder), 'utf8'),
    `cities/${name}`,
  );
  return { places: places.map((place) => (place.parent ? place : { ...place, parent: region })), offices };
}

async function readCityFolder(name: string): Promise<CityFolder> {
  const { files } = await readFolder(fileURLToPath(new URL(name, citiesFolder)));
  return { name: `cities/${name}`, files };
}

async function read<Schema extends z.ZodType>(name: string, schema: Schema): Promise<z.output<Schema>> {
  const result = schema.safeParse(parse(await readFile(new URL(name, folder), 'utf8')));
  if (result.success) return result.data;
  throw new Problem('invalid', `The data file db/seeds/…/${name} is wrong: ${z.prettifyError(result.error)}`);
}
