import { z } from 'zod';
import { readYamlFile } from '../kit/yaml-file.ts';

/** An office of the state, to which a state rule's gap is put. It belongs to no city. */
const office = z.strictObject({
  slug: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  place: z.string().regex(/^[A-Z]{2}$/, "must be a state's two letters, such as CT"),
  name: z.string().min(1),
  duty: z.string().min(1),
  email: z.email().optional(),
  phone: z.string().optional(),
  address: z.string().optional(),
  source: z.string().min(1),
});
export type StateOffice = z.output<typeof office>;
const file = z.strictObject({ offices: z.array(office).min(1) });

/** Reads offices.yaml of a state's folder. Errors: Problem `invalid` with file, line and path. */
export function readStateOfficesFile(source: string, name: string): StateOffice[] {
  return readYamlFile<z.output<typeof file>>(source, name, {
    schemaFor: () => file,
    expected: 'the file holds offices; see docs/a-city-is-data.md',
    see: 'docs/a-city-is-data.md',
  }).value.offices;
}
