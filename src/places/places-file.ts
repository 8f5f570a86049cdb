import { z } from 'zod';
import { faultsIn, readYamlFile } from '../kit/yaml-file.ts';

/**
 * A file that describes what an installation serves: a city, or a region of cities, with neighborhoods and offices.
 * Parents stand before their children. What the city does not state is left out and shown as a gap.
 */
const slug = z
  .string()
  .max(80)
  .regex(
    /^[a-z0-9]+(-[a-z0-9]+)*$/,
    'must be lower-case letters, digits and single hyphens, such as city-clerk',
  );
const text = z.string().trim().min(1).max(500);
const timeZone = z
  .string()
  .refine(
    (zone) => Intl.supportedValuesOf('timeZone').includes(zone),
    'must be a zone of the IANA database, such as America/New_York',
  );

/** `records-requests`: takes requests for records; `data-platform`: looks after portal, interfaces and keys. */
export const sharedDuties = ['records-requests', 'data-platform'] as const;

export const placeInput = z.strictObject({
  slug,
  kind: z.enum(['region', 'city', 'neighborhood']),
  parent: slug.optional(),
  /** How its case numbers begin; without one, the first letters of the slug. A neighborhood's cases are its city's. */
  code: z
    .string()
    .regex(/^[A-Z]{2,4}$/, 'must be two to four capital letters, such as DAN')
    .optional(),
  name: text,
  state: text,
  timeZone,
  /** Longitude and latitude of its center, in degrees. */
  at: z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]),
});
export const officeInput = z.strictObject({
  slug,
  place: slug,
  name: text,
  duty: text,
  email: z.email().optional(),
  phone: text.optional(),
  address: text.optional(),
  /** Duties that it has for every dataset of its place, beside the office that owns it. */
  shares: z.array(z.enum(sharedDuties)).default([]),
  /** Where the city says so: a document, a page and its date. */
  source: text,
});
export type PlaceInput = z.output<typeof placeInput>;
export type OfficeInput = z.output<typeof officeInput>;
/** How the case numbers of a place begin; null for a neighborhood. */
export const codeOf = ({ kind, code, slug }: PlaceInput): string | null =>
  kind === 'neighborhood'
    ? null
    : (code ?? slug.replaceAll('-', '').slice(0, 3).toUpperCase().padEnd(2, 'X'));

export type PlacesFile = { places: PlaceInput[]; offices: OfficeInput[] };

const file = z.strictObject({
  places: z.array(placeInput).min(1, 'name at least one place'),
  offices: z.array(officeInput).default([]),
});

/** Reads the text of such a file. Errors: Problem `invalid` that lists every fault with file, line and path. */
export function readPlacesFile(source: string, name: string): PlacesFile {
  const { value, lineOf } = readYamlFile<PlacesFile>(source, name, {
    schemaFor: () => file,
    expected: 'the file holds places and offices; see docs/setting-up.md',
    see: 'docs/setting-up.md',
  });
  const faults: { line: number; path: string; message: string }[] = [];
  const wrong = (path: [string, number, string], message: string) =>
    faults.push({ line: lineOf(path), path: path.join('.'), message });
  const codes = new Set<string>();
  const kinds = new Map<string, PlaceInput['kind']>();
  const tops = value.places.filter(({ parent }) => parent === undefined);
  for (const [index, place] of value.places.entries()) {
    const parent = place.parent === undefined ? undefined : kinds.get(place.parent);
    if (kinds.has(place.slug)) wrong(['places', index, 'slug'], `stands twice: ${place.slug}`);
    if (place.parent !== undefined && !parent)
      wrong(['places', index, 'parent'], `there is no place ${place.parent} before this one`);
    if (place.kind === 'region' && place.parent !== undefined)
      wrong(['places', index, 'parent'], 'a region has no parent');
    if (place.kind === 'neighborhood' && parent !== 'city')
      wrong(['places', index, 'kind'], 'a neighborhood needs a city as its parent');
    const code = codeOf(place);
    if (code !== null && codes.has(code))
      wrong(
        ['places', index, 'slug'],
        `${code} begins the case numbers of another place: give this one a code`,
      );
    if (code !== null) codes.add(code);
    kinds.set(place.slug, place.kind);
  }
  if (tops.length > 1)
    wrong(
      ['places', value.places.indexOf(tops[1] as PlaceInput), 'slug'],
      'one installation serves one city or one region: give the second place a parent',
    );
  const offices = new Set<string>();
  for (const [index, office] of value.offices.entries()) {
    if (offices.has(office.slug)) wrong(['offices', index, 'slug'], `stands twice: ${office.slug}`);
    if (!kinds.has(office.place)) wrong(['offices', index, 'place'], `there is no place ${office.place}`);
    offices.add(office.slug);
  }
  if (faults.length > 0) throw faultsIn(name, faults);
  return value;
}
