import type { z } from 'zod';
import { isProblem, Problem } from '../../kit/problem.ts';
import { readYamlFile } from '../../kit/yaml-file.ts';
import {
  type LoadedMapping,
  type Mapping,
  readingsMappingSchema,
  sensorsRegisterSchema,
  thingsRegisterSchema,
} from './mapping.ts';
import { compileTime } from './time-column.ts';

/**
 * Reads a mapping from the text of its YAML file.
 * @throws Problem `invalid` that lists every fault with the mapping file's name, line and path.
 */
export function readMapping(source: string, name: string): LoadedMapping {
  const { value: mapping, lineOf } = readYamlFile(source, name, {
    schemaFor: ({ register }): z.ZodType<Mapping> => {
      if (register === undefined) return readingsMappingSchema;
      return register === 'sensors' ? sensorsRegisterSchema : thingsRegisterSchema;
    },
    expected: 'a mapping file holds named members such as dataset, time and datastreams',
    see: 'docs/importing.md',
  });
  checkTime(mapping, lineOf, name);
  return { mapping, lineOf, name };
}

/** A time format or zone that cannot be used is a fault of the mapping, found before any file is opened. */
function checkTime(mapping: Mapping, lineOf: LoadedMapping['lineOf'], name: string): void {
  if (!('time' in mapping)) return;
  try {
    compileTime(mapping.time, () => 0);
  } catch (error) {
    if (!isProblem(error)) throw error;
    const line = lineOf(['time', error.message.includes('zone "') ? 'zone' : 'format']);
    throw new Problem('invalid', `${name}:${line}: time: ${error.message}`, {
      details: { file: name, line },
      cause: error,
    });
  }
}
