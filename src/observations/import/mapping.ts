import { z } from 'zod';
import { slugPattern, topics } from '../../release/index.ts';

/**
 * A mapping tells how one kind of file becomes Things, Datastreams and Observations. It has no states: it is read,
 * checked against these schemas, and used. docs/importing.md is its reference for people.
 *
 * A mapping is either for readings (`datastreams`), or for a register without readings (`register: things` or
 * `register: sensors`).
 */

const text = z.string().trim().min(1);
/** Text in which `{column}` stands for the row's value; `{{` and `}}` are plain braces. */
const template = text;
const column = text.describe('A column name as the header spells it, or #1, #2, … by position');
const code = z.union([z.string(), z.number()]);
const codes = z.array(code);

export const fileSchema = z.strictObject({
  format: z.enum(['csv', 'json', 'ndjson']).default('csv'),
  /** Any label of the WHATWG Encoding Standard. */
  encoding: text.default('utf-8'),
  delimiter: z
    .union([z.literal('tab'), z.string().length(1)])
    .default(',')
    .transform((given) => (given === 'tab' ? '\t' : given)),
  quote: z.union([z.literal('none'), z.string().length(1)]).default('"'),
  decimal: z.enum(['.', ',']).default('.'),
  thousands: z.enum(['.', ',', ' ', "'"]).optional(),
  /** Lines above the header. */
  skip_lines: z.number().int().min(0).max(10_000).default(0),
  /** Names for a file that has no header row. */
  columns: z.array(text).min(1).optional(),
  /** Rows with fewer fields than the header: their absent cells are missing, or the row is rejected. */
  ragged: z.enum(['reject', 'tolerate']).default('reject'),
  /** Codes that mean "missing" in every value column; an empty cell always does. */
  missing: codes.default([]),
  /** JSON only: dotted path to the array of records; absent when the file is the array itself. */
  list: text.optional(),
  /** JSON only: members that hold an encoded object. */
  payloads: z
    .array(
      z.strictObject({
        column,
        encoding: z.enum(['hex', 'base64', 'text']),
        as: z.enum(['json', 'relaxed-object']),
        into: text,
      }),
    )
    .default([]),
});

/** Days, hours, minutes and seconds are its groups. */
export const coverPattern = /^P(?!$)(?:(\d+)D)?(?:T(?!$)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

const timeSchema = z
  .strictObject({
    column: column.optional(),
    /** Several columns are joined by a space before the format is applied. */
    columns: z.array(column).min(1).optional(),
    format: text,
    zone: text.optional(),
    repeated_hour: z.enum(['earlier', 'later', 'reject', 'by-order']).default('reject'),
    /** For by-order: the column that tells the true order; without it the order of the file. */
    order_by: column.optional(),
    /** ISO 8601 duration that one reading covers, such as PT1H or P1D. */
    covers: z
      .string()
      .regex(coverPattern, 'an ISO 8601 duration in days, hours, minutes or seconds, such as PT1H or P1D')
      .optional(),
    /** Whether the time in the file is the start or the end of what the reading covers. */
    stamp: z.enum(['start', 'end']).default('start'),
  })
  .refine((time) => (time.column === undefined) !== (time.columns === undefined), {
    error: 'name the time column once: `column` for one, `columns` for several',
  })
  .refine((time) => time.order_by === undefined || time.repeated_hour === 'by-order', {
    error: '`order_by` belongs to `repeated_hour: by-order`',
    path: ['order_by'],
  });

const longitude = z.number().min(-180).max(180);
const latitude = z.number().min(-90).max(90);
const locationSchema = z.union(
  [
    z.strictObject({ longitude, latitude, name: template.optional() }),
    z.strictObject({ longitude_column: column, latitude_column: column, name: template.optional() }),
    z.strictObject({
      column,
      format: z.enum(['wkt', 'pair']),
      axis_order: z.enum(['longitude-latitude', 'latitude-longitude']),
      name: template.optional(),
    }),
  ],
  {
    error:
      'say where it stands by `longitude` and `latitude` (numbers), or by `longitude_column` and `latitude_column`, or by `column` with `format` (wkt, pair) and `axis_order` (longitude-latitude, latitude-longitude)',
  },
);

const propertySchema = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.strictObject({
    column,
    type: z.enum(['text', 'number']).default('text'),
    /** A regular expression; its first group is the value. No match: the property is left out. */
    match: z
      .string()
      .refine((source) => isPattern(source), { error: 'not a regular expression' })
      .optional(),
  }),
]);

const thingSchema = z.strictObject({
  /** What tells one sensor from another within the dataset, and finds it again at the next import. */
  key: template,
  name: template,
  description: template.optional(),
  properties: z.record(z.string(), propertySchema).default({}),
  location: locationSchema.optional(),
});

const unitSchema = z.strictObject({ name: text, symbol: z.string(), definition: text });
const observedPropertySchema = z.strictObject({
  name: text,
  definition: text,
  description: z.string().default(''),
});
const sensorSchema = z.strictObject({
  name: text,
  description: z.string().default(''),
  encoding_type: text.default('text/html'),
  metadata: z.string().default(''),
});
const conflict = z.enum(['keep-first', 'keep-both', 'reject']);

const datastreamSchema = z
  .strictObject({
    column,
    /** Tells the Datastream within its Thing; the column's name unless given. */
    key: text.optional(),
    name: template,
    description: template.optional(),
    type: z.enum(['number', 'integer', 'text', 'boolean']).default('number'),
    /** Left out for text and for truth values. */
    unit: unitSchema.optional(),
    observed_property: observedPropertySchema,
    sensor: sensorSchema.optional(),
    missing: codes.default([]),
    /** Replaces the file's decimal sign for this column. */
    decimal: z.enum(['.', ',']).optional(),
    /** What counts as true and false where type is boolean. */
    true: codes.default([1, 'true']),
    false: codes.default([0, 'false']),
    /** Outside of it a result is kept and flagged. A column gives each sensor its own, from its first row. */
    plausible: z
      .strictObject({
        min: z.number().optional(),
        max: z.number().optional(),
        min_column: column.optional(),
        max_column: column.optional(),
      })
      .optional(),
    conflict: conflict.optional(),
    /** Where each column is a sensor of its own; replaces the mapping's `thing`. */
    thing: thingSchema.optional(),
  })
  .refine((stream) => stream.unit !== undefined || stream.type === 'text' || stream.type === 'boolean', {
    error: 'a number needs its unit: name, symbol and definition',
    path: ['unit'],
  })
  .refine(
    (stream) => stream.plausible === undefined || stream.type === 'number' || stream.type === 'integer',
    {
      error: 'only a number has a plausible range',
      path: ['plausible'],
    },
  )
  .refine((stream) => (stream.plausible?.min ?? -Infinity) <= (stream.plausible?.max ?? Infinity), {
    error: 'min is above max',
    path: ['plausible'],
  });

/** Used when the dataset is not there yet; one that is there is left as somebody may have changed it since. */
const datasetSchema = z.strictObject({
  slug: z.string().max(80).regex(slugPattern, 'lower-case letters, digits and single hyphens'),
  title: text.max(200),
  description: text.max(5000),
  topic: z.enum(topics),
  keywords: z.array(text).default([]),
  /** An SPDX identifier, or `not-stated`. */
  license: z.string().regex(/^[A-Za-z0-9.+-]+$/, 'an SPDX identifier such as CC-BY-4.0, or not-stated'),
  /** Who published the file, and where. */
  source: text,
  place: text.optional(),
  office: text.optional(),
  /** How often the owner promises new data. */
  update_every: z
    .string()
    .regex(/^P(?!$)(\d+[YMWD])*(T(?!$)(\d+[HMS])+)?$/, 'an ISO 8601 duration such as PT1H')
    .optional(),
  access: z.enum(['open', 'restricted']).default('restricted'),
  listed: z.boolean().default(false),
  translations: z
    .strictObject({ es: z.strictObject({ title: text, description: text }).optional() })
    .default({}),
});

const rowFilter = z.strictObject({ column, in: codes.min(1) });
const rowsSchema = z.strictObject({
  /** Only rows that match all of these are read. */
  only: z.array(rowFilter).default([]),
  /** Rows that match any of these are left out. */
  skip: z.array(rowFilter).default([]),
});

export const readingsMappingSchema = z
  .strictObject({
    dataset: datasetSchema,
    file: fileSchema.prefault({}),
    rows: rowsSchema.prefault({}),
    time: timeSchema,
    thing: thingSchema.optional(),
    datastreams: z.array(datastreamSchema).min(1),
    /** Same Datastream, same time, other result. */
    conflict: conflict.default('reject'),
  })
  .superRefine((mapping, ctx) => {
    const seen = new Set<string>();
    for (const [index, stream] of mapping.datastreams.entries()) {
      if (stream.thing === undefined && mapping.thing === undefined) {
        ctx.addIssue({
          code: 'custom',
          path: ['datastreams', index],
          message: 'no `thing` here, and the mapping has none for all its datastreams',
        });
      }
      const id = `${(stream.thing ?? mapping.thing)?.key}\u0000${stream.key ?? stream.column}`;
      if (seen.has(id)) {
        ctx.addIssue({
          code: 'custom',
          path: ['datastreams', index],
          message: `a second datastream with the key "${stream.key ?? stream.column}" for the same thing; give it another \`key\``,
        });
      }
      seen.add(id);
    }
  });

/** A file in which each row is a Thing (a node, a station) and there are no readings. */
export const thingsRegisterSchema = z.strictObject({
  register: z.literal('things'),
  dataset: datasetSchema,
  file: fileSchema.prefault({}),
  rows: rowsSchema.prefault({}),
  thing: thingSchema,
  /** When it stood there; an empty `until` means that it still does. */
  in_service: z
    .strictObject({ from: column, until: column.optional(), format: text, zone: text.optional() })
    .optional(),
});

/** A file in which each row tells what a kind of sensor measures. */
export const sensorsRegisterSchema = z.strictObject({
  register: z.literal('sensors'),
  dataset: datasetSchema,
  file: fileSchema.prefault({}),
  rows: rowsSchema.prefault({}),
  sensor: z.strictObject({
    key: template,
    name: template,
    description: template.optional(),
    encoding_type: text.default('text/html'),
    metadata: template.optional(),
  }),
  observed_property: z.strictObject({
    key: template,
    name: template,
    definition: template,
    description: template.optional(),
  }),
  /** Column with the unit, and the one spelling to use for each that occurs in the file. */
  unit: z.strictObject({ column, spellings: z.record(z.string(), z.string()).default({}) }).optional(),
  plausible: z.strictObject({ min_column: column.optional(), max_column: column.optional() }).optional(),
});

export type MappingInput = z.input<typeof readingsMappingSchema>;
export type ReadingsMapping = z.output<typeof readingsMappingSchema>;
export type ThingsRegister = z.output<typeof thingsRegisterSchema>;
export type SensorsRegister = z.output<typeof sensorsRegisterSchema>;
export type Mapping = ReadingsMapping | ThingsRegister | SensorsRegister;
export type FileShape = z.output<typeof fileSchema>;
export type TimeShape = z.output<typeof timeSchema>;
export type ThingShape = z.output<typeof thingSchema>;
export type LocationShape = z.output<typeof locationSchema>;
export type PropertyShape = z.output<typeof propertySchema>;
export type DatastreamShape = z.output<typeof datastreamSchema>;
export type DatasetShape = z.output<typeof datasetSchema>;
export type RowsShape = z.output<typeof rowsSchema>;
export type ConflictRule = z.output<typeof conflict>;
export type Code = z.output<typeof code>;

/** A checked mapping, and the means to name the line of the mapping file in a later complaint. */
export type LoadedMapping = {
  mapping: Mapping;
  /** Line of the YAML that holds this path, or of its nearest parent that the file writes out. */
  lineOf: (path: readonly PropertyKey[]) => number;
  /** The mapping file's name, for messages. */
  name: string;
};

function isPattern(source: string): boolean {
  try {
    new RegExp(source, 'u');
    return true;
  } catch {
    return false;
  }
}
