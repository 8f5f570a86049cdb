import { z } from 'zod';
import { readYamlFile } from '../kit/yaml-file.ts';
import { bilingual, ruleId, slug } from '../rules/index.ts';

/** A guide: words that connect, and facts that are drawn from rules by id, so that a changed rule changes the guide. */
const item = z.union([
  z.strictObject({ text: bilingual }),
  z.strictObject({ rule: ruleId }),
  z.strictObject({ question: bilingual, rules: z.array(ruleId).min(1) }),
  z.strictObject({ step: bilingual, rules: z.array(ruleId).default([]) }),
]);
export const guide = z.strictObject({
  place: slug,
  /** The source document whose subject it shares. */
  document: z.string().max(20).optional(),
  title: bilingual,
  lead: bilingual,
  sections: z
    .array(z.strictObject({ id: slug, title: bilingual, items: z.array(item).min(1) }))
    .min(1)
    .refine(
      (sections) => new Set(sections.map(({ id }) => id)).size === sections.length,
      'a section stands twice',
    ),
});
export type Guide = z.output<typeof guide>;
export type GuideItem = z.output<typeof item>;

/** Reads one file of guides/. Errors: Problem `invalid` that lists every fault with file, line and path. */
export function readGuideFile(source: string, name: string): Guide {
  return readYamlFile<Guide>(source, name, {
    schemaFor: () => guide,
    expected: 'the file holds one guide; see docs/a-city-is-data.md',
    see: 'docs/a-city-is-data.md',
  }).value;
}

/** Every rule that a guide draws from. */
export const rulesOfGuide = ({ sections }: Guide): string[] =>
  sections.flatMap(({ items }) =>
    items.flatMap((each) => ('rule' in each ? [each.rule] : 'rules' in each ? each.rules : [])),
  );
