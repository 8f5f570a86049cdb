import { z } from 'zod';
import { aspects, bilingual } from './rule.ts';
import { slug } from './sourced.ts';

/** Topics form a tree: a parent is the wider subject (mining rig → high-power equipment → electrical). */
const words = z.array(z.string().trim().min(1).max(80)).max(60).default([]);
export const topic = z.strictObject({
  id: slug,
  parent: slug.optional(),
  name: bilingual,
  /** What people call it, beside its name. */
  words: z.strictObject({ en: words, es: words }).default({ en: [], es: [] }),
  /** How residents ask for one aspect of it, in whole questions of either language. They hold for every place. */
  asked: z.partialRecord(z.enum(aspects), z.array(z.string().trim().min(1).max(160)).max(12)).optional(),
});
export type Topic = z.output<typeof topic>;

/** Faults of the tree, by the topic's index: an id twice, or a parent that does not stand before its child. */
export function checkTopics(
  topics: readonly Topic[],
): { index: number; field: 'id' | 'parent'; message: string }[] {
  const faults: { index: number; field: 'id' | 'parent'; message: string }[] = [];
  const seen = new Set<string>();
  for (const [index, { id, parent }] of topics.entries()) {
    if (seen.has(id)) faults.push({ index, field: 'id', message: `stands twice: ${id}` });
    if (parent !== undefined && !seen.has(parent))
      faults.push({ index, field: 'parent', message: `there is no topic ${parent} before this one` });
    seen.add(id);
  }
  return faults;
}

/** The topic itself, then each wider one up to the root. A ring, which checkTopics refuses, ends the walk. */
export function topicsUp(topics: readonly Topic[], id: string): Topic[] {
  const up: Topic[] = [];
  let here = topics.find((topic) => topic.id === id);
  while (here && !up.includes(here)) {
    up.push(here);
    const { parent } = here;
    here = parent === undefined ? undefined : topics.find((topic) => topic.id === parent);
  }
  return up;
}
