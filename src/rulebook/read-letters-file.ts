import { z } from 'zod';
import { faultsIn, readYamlFile } from '../kit/yaml-file.ts';
import { slug } from '../rules/index.ts';

/** Letters of a city, as templates with placeholders in double braces; `placeholders` lists the only ones there are. */
const both = z.strictObject({ en: z.string().min(1).max(20_000), es: z.string().min(1).max(20_000) });
const file = z.strictObject({
  placeholders: z.record(z.string().regex(/^[a-zA-Z]+$/), z.string()),
  letters: z.array(z.strictObject({ id: slug, name: both, subject: both, body: both })).min(1),
});
export type LettersFile = z.output<typeof file>;
export type LetterTemplate = LettersFile['letters'][number];

/** Reads letters.yaml. Errors: Problem `invalid` that lists every fault with file, line and path. */
export function readLettersFile(source: string, name: string): LettersFile {
  const { value, lineOf } = readYamlFile<LettersFile>(source, name, {
    schemaFor: () => file,
    expected: 'the file holds placeholders and letters; see docs/a-city-is-data.md',
    see: 'docs/a-city-is-data.md',
  });
  const faults = value.letters.flatMap((letter, index) =>
    (['subject', 'body'] as const).flatMap((part) =>
      (['en', 'es'] as const).flatMap((language) =>
        [...letter[part][language].matchAll(/\{\{([^{}]*)\}\}/g)]
          .map(([, used = '']) => used.trim())
          .filter((used) => !Object.hasOwn(value.placeholders, used))
          .map((used) => ({
            line: lineOf(['letters', index, part, language]),
            path: `letters.${index}.${part}.${language}`,
            message: `{{${used}}} is none of the file's placeholders`,
          })),
      ),
    ),
  );
  if (faults.length > 0) throw faultsIn(name, faults);
  return value;
}
