import { isProblem } from '../../kit/problem.ts';
import type { ObservationRow } from '../create-observations.ts';
import { readEntityBody, wrong } from './body.ts';
import { asId } from './body-json.ts';
import type { Dialect } from './names.ts';

const featureIds = ['FeatureOfInterest/id', 'FeatureOfInterest/@iot.id'];
const componentNames = [
  'phenomenonTime',
  'result',
  'resultTime',
  'resultQuality',
  'validTime',
  'parameters',
  ...featureIds,
];

/**
 * Reads the body of CreateObservations [STA 1.1 §11.3]: groups of rows, each for one Datastream. A group that makes no
 * sense is an error; a row that makes none is null, and the others stand.
 */
export function readDataArrays(dialect: Dialect, json: unknown): ObservationRow[] {
  if (!Array.isArray(json)) throw wrong('', 'expected an array of {"Datastream", "components", "dataArray"}');
  return json.flatMap((group: unknown, index) => readGroup(dialect, group, `[${index}]`));
}

function readGroup(dialect: Dialect, json: unknown, at: string): ObservationRow[] {
  const group = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
  const { Datastream: datastream, components, dataArray: rows } = group;
  const id = asId((datastream as Record<string, unknown> | null | undefined)?.[dialect.id]);
  if (id === undefined) throw wrong(`${at}.Datastream`, `expected {"${dialect.id}": 1}`);
  if (!Array.isArray(components)) throw wrong(`${at}.components`, 'expected the names of the columns');
  for (const [index, name] of components.entries()) {
    if (!componentNames.includes(name as string) || components.indexOf(name) !== index) {
      throw wrong(`${at}.components[${index}]`, `expected each of ${componentNames.join(', ')} once at most`);
    }
  }
  if (!components.includes('result')) throw wrong(`${at}.components`, 'there is no “result” among them');
  if (!Array.isArray(rows)) throw wrong(`${at}.dataArray`, 'expected an array of rows');
  return rows.map((row: unknown) => readRow(dialect, id, components as string[], row));
}

function readRow(dialect: Dialect, datastreamId: string, components: string[], row: unknown): ObservationRow {
  if (!Array.isArray(row) || row.length !== components.length) return null;
  const cells = components.map((name, index): [string, unknown] => [name, row[index]]);
  const feature = cells.find(([name]) => featureIds.includes(name))?.[1];
  const featureId = feature === undefined || feature === null ? undefined : asId(feature);
  if (featureId === undefined && feature !== undefined && feature !== null) return null;
  const values = Object.fromEntries(cells.filter(([name]) => !featureIds.includes(name)));
  try {
    const entity = readEntityBody(dialect, 'observation', values, { require: 'all', given: 'datastream' });
    return { datastreamId, entity, featureId };
  } catch (error) {
    if (isProblem(error)) return null;
    throw error;
  }
}
