import { z } from 'zod';
import { accessClasses } from './audience.ts';
import { topics } from './topics.ts';

export { type Topic, topics } from './topics.ts';

/**
 * A dataset groups Datastreams that share an owner office, a license and an access class (audience.ts): who may see it
 * and its readings. If one that is not open is `listed`, its catalog entry alone is public. New datasets are restricted
 * until somebody opens them.
 */
export const slugPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;

export const datasetInput = z.strictObject({
  slug: z.string().max(80).regex(slugPattern, 'lower-case letters, digits and single hyphens'),
  place: z.string().nullish(),
  office: z.string().nullish(),
  title: z.string().min(1).max(200),
  description: z.string().min(1).max(5000),
  topic: z.enum(topics),
  keywords: z.array(z.string().min(1)).default([]),
  access: z.enum(accessClasses).default('restricted'),
  listed: z.boolean().default(false),
  /** SPDX identifier; absent is shown as "not stated". */
  license: z.string().nullish(),
  /** ISO 8601 duration, promised by the owner. */
  updateEvery: z
    .string()
    .regex(/^P(?!$)(\d+[YMWD])*(T(?!$)(\d+[HMS])+)?$/, 'an ISO 8601 duration such as PT15M')
    .nullish(),
  source: z.string().nullish(),
  translations: z
    .record(z.enum(['es']), z.strictObject({ title: z.string(), description: z.string() }))
    .or(z.strictObject({}))
    .default({}),
  demonstration: z.boolean().default(false),
});
export type DatasetInput = z.input<typeof datasetInput>;
