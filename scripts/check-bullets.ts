import { readdir, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { readYamlFile } from '../src/kit/yaml-file.ts';

/**
 * Holds the rules of cities/ against cities/bullets.yaml, the list of everything that the source documents claim: each
 * bullet is carried by a rule, each bullet that a rule names is in the list, and the list counts without gaps. Prints every
 * breach and the counts, and fails if there is a breach.
 */
const folder = new URL('../cities/', import.meta.url);
const see = 'docs/a-city-is-data.md';

const list = z.strictObject({
  documents: z.record(
    z.string().regex(/^S\d+$/),
    z.strictObject({ title: z.string(), place: z.string(), published: z.iso.date().optional() }),
  ),
  bullets: z.array(
    z.strictObject({
      id: z.string().regex(/^S\d+\.\d+$/),
      words: z
        .string()
        .refine((words) => words.split(/\s+/).length <= 6, 'is a pointer: six words at most')
        .refine((words) => words.trim() !== '', 'is empty'),
      says: z.string().trim().min(1),
    }),
  ),
});
// Only what is looked at here; the rules' own reader judges the rest.
const rulesFile = z.object({
  rules: z.array(z.object({ id: z.string(), bullets: z.array(z.string()).default([]) })),
});

const problems: string[] = [];
const { documents, bullets } = await read('bullets.yaml', list);
const carriers = new Map<string, string[]>();
const counts = new Map<string, number>();
for (const { id } of bullets) {
  const document = id.split('.')[0] ?? '';
  const next = (counts.get(document) ?? 0) + 1;
  counts.set(document, next);
  if (!Object.hasOwn(documents, document)) problems.push(`${id}: there is no document ${document}`);
  if (carriers.has(id)) problems.push(`${id}: stands twice`);
  else if (id !== `${document}.${next}`) problems.push(`${id}: ${document}.${next} should stand here`);
  carriers.set(id, []);
}

let rules = 0;
for (const name of (await readdir(folder, { recursive: true })).toSorted()) {
  if (!name.endsWith('/rules.yaml')) continue;
  const file = await read(name, rulesFile);
  rules += file.rules.length;
  for (const rule of file.rules)
    for (const bullet of rule.bullets) {
      const carried = carriers.get(bullet);
      if (carried) carried.push(rule.id);
      else problems.push(`cities/${name}: ${rule.id} names ${bullet}, which is not in cities/bullets.yaml`);
    }
}
for (const [bullet, by] of carriers) if (by.length === 0) problems.push(`${bullet}: no rule carries it`);

for (const problem of problems) console.error(problem);
if (problems.length > 0) {
  console.error(`${problems.length} breaches between cities/bullets.yaml and the rules`);
  process.exit(1);
}
const each = [...counts].map(([document, count]) => `${document} ${count}`).join(', ');
console.log(`${carriers.size} bullets (${each}), each carried by one or more of ${rules} rules`);

async function read<T>(name: string, schema: z.ZodType<T>): Promise<T> {
  const source = await readFile(new URL(name, folder), 'utf8');
  return readYamlFile<T>(source, `cities/${name}`, { schemaFor: () => schema, expected: `see ${see}`, see })
    .value;
}
