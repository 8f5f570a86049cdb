import { z } from 'zod';
import { licenses } from '../../kit/licenses.ts';
import { topics } from '../topics.ts';
import { kinds, resultPrefix, sensitivities } from './description.ts';

/** The wire schema of a description's sections and of a column, as forms give them. */
const text = (most: number) => z.string().trim().max(most);
const needed = (most: number) => text(most).min(1);
/** An empty field of a form is nothing said. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess(
    (given) => (typeof given === 'string' && given.trim() === '' ? null : given),
    schema.nullable(),
  );
const day = z.iso.date().refine((given) => given >= '1800-01-01' && given <= '2200-01-01');

export const sections = {
  words: z.strictObject({
    title: needed(200),
    description: needed(5000),
    titleEs: text(200),
    descriptionEs: text(5000),
    topic: z.enum(topics),
    keywords: text(1000).transform((all) => [
      ...new Set(
        all
          .split(/[,;\n]/)
          .map((word) => word.trim())
          .filter(Boolean),
      ),
    ]),
  }),
  people: z.strictObject({ custodian: optional(needed(100)), contact: optional(needed(300)) }),
  license: z
    .strictObject({
      license: optional(z.string().refine((id) => Object.hasOwn(licenses, id))),
      gapPage: optional(needed(300)),
      gapUrl: optional(z.url({ protocol: /^https?$/ }).max(500)),
      gapReadOn: optional(day),
      terms: optional(needed(100)),
    })
    .superRefine(({ license, gapPage, gapUrl, gapReadOn }, context) => {
      const wrong = (path: string) => context.addIssue({ code: 'custom', path: [path], message: 'needed' });
      if (license !== null) return;
      if ((gapReadOn ?? gapUrl) !== null && gapPage === null) wrong('gapPage');
      if (gapPage !== null && gapReadOn === null) wrong('gapReadOn');
    }),
  coverage: z
    .strictObject({
      promise: z.enum(['', 'every', 'none']),
      count: optional(z.coerce.number().int().min(1).max(1000)),
      unit: z.enum(['minute', 'hour', 'day', 'week', 'month', 'year']),
      area: optional(needed(300)),
      from: optional(day),
      to: optional(day),
    })
    .superRefine(({ promise, count, from, to }, context) => {
      if (promise === 'every' && count === null)
        context.addIssue({ code: 'custom', path: ['count'], message: 'needed' });
      if (from !== null && to !== null && from > to)
        context.addIssue({ code: 'custom', path: ['to'], message: 'before its beginning' });
    }),
  retention: z.strictObject({ rule: optional(needed(200)), ask: optional(needed(100)) }),
} as const;
export type SectionName = keyof typeof sections;
export const sectionNames = Object.keys(sections) as SectionName[];

export const columnInput = z.strictObject({
  name: needed(200).refine((name) => name !== resultPrefix),
  kind: z.enum(kinds),
  unit: optional(needed(60)),
  meaning: z.strictObject({ en: needed(1000), es: needed(1000) }),
  sensitivity: z.enum(sensitivities),
});
