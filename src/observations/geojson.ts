import { z } from 'zod';

/**
 * GeoJSON [RFC 7946] as it may be stored: known types, longitude and latitude in WGS 84 within their range. What a map
 * cannot draw is refused where it comes in.
 */
const position = z
  .array(z.number(), 'expected a position, such as [-73.45, 41.39]')
  .min(2, 'a position has a longitude and a latitude')
  .refine(
    ([longitude = 0, latitude = 0]) => Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90,
    'longitude comes first and lies within ±180, latitude within ±90',
  );
const line = z.array(position).min(2, 'a line has at least two positions');
const ring = z
  .array(position)
  .min(4, 'a ring has at least four positions')
  .refine((all) => String(all[0]) === String(all.at(-1)), 'a ring ends where it begins');

const geometry: z.ZodType = z.lazy(() =>
  z.discriminatedUnion('type', [
    z.looseObject({ type: z.literal('Point'), coordinates: position }),
    z.looseObject({ type: z.literal('MultiPoint'), coordinates: z.array(position) }),
    z.looseObject({ type: z.literal('LineString'), coordinates: line }),
    z.looseObject({ type: z.literal('MultiLineString'), coordinates: z.array(line) }),
    z.looseObject({ type: z.literal('Polygon'), coordinates: z.array(ring) }),
    z.looseObject({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(ring)) }),
    z.looseObject({ type: z.literal('GeometryCollection'), geometries: z.array(geometry) }),
  ]),
);
const feature = z.looseObject({ type: z.literal('Feature'), geometry: geometry.nullable() });
const collection = z.looseObject({ type: z.literal('FeatureCollection'), features: z.array(feature) });

/** What is wrong with GeoJSON and where in it; undefined when it is right. */
export function wrongGeoJson(value: unknown): { path: PropertyKey[]; message: string } | undefined {
  const type = (value as { type?: unknown } | null)?.type;
  const schema = type === 'Feature' ? feature : type === 'FeatureCollection' ? collection : geometry;
  const parsed = schema.safeParse(value);
  if (parsed.success) return undefined;
  const { path = [], message = '', code } = parsed.error.issues[0] ?? {};
  return {
    path,
    message: code === 'invalid_union' ? 'expected a type of GeoJSON, such as Point or Feature' : message,
  };
}

/** The same for what an encoding says of itself; what is not said to be GeoJSON may be anything. */
export function wrongPlace(encoding: unknown, place: unknown): ReturnType<typeof wrongGeoJson> {
  return /geo\+json/i.test(String(encoding)) ? wrongGeoJson(place) : undefined;
}
