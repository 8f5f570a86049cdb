import { z } from 'zod';
import { faultsIn, readYamlFile } from '../kit/yaml-file.ts';
import { checkTopics, type Topic, topic } from '../rules/index.ts';

const file = z.strictObject({ topics: z.array(topic).min(1, 'name at least one topic') });

/** Reads topics.yaml. Errors: Problem `invalid` that lists every fault with file, line and path. */
export function readTopicsFile(source: string, name: string): Topic[] {
  const { value, lineOf } = readYamlFile<{ topics: Topic[] }>(source, name, {
    schemaFor: () => file,
    expected: 'the file holds topics; see docs/rules.md',
    see: 'docs/rules.md',
  });
  const faults = checkTopics(value.topics).map(({ index, field, message }) => {
    const path = ['topics', index, field];
    return { line: lineOf(path), path: path.join('.'), message };
  });
  if (faults.length > 0) throw faultsIn(name, faults);
  return value.topics;
}
