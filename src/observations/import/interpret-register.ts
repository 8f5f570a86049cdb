import { formatInstant } from '../../kit/files/local-time.ts';
import type { SourceRow } from '../../kit/files/split-csv.ts';
import { compileNumber } from './cell-values.ts';
import { compileTemplate, type Fill, findColumns } from './columns.ts';
import { compileThing, type DescribedThing, type WrongCell } from './described-things.ts';
import { compileFilter } from './interpret-row.ts';
import type { LoadedMapping, SensorsRegister, ThingsRegister } from './mapping.ts';
import { compileTime } from './time-column.ts';

/** One row of a register. `key` tells it from the others of its file. */
export type RegisterEntry =
  | { kind: 'thing'; key: string; thing: DescribedThing; from: string | undefined; until: string | undefined }
  | {
      kind: 'sensor';
      key: string;
      sensor: { key: string; name: string; description: string; encodingType: string; metadata: string };
      observedProperty: { name: string; definition: string; description: string };
      properties: { unit?: string; plausible?: { min?: number; max?: number }; sensor: string };
    };

export type RegisterReader = {
  keeps: (fields: readonly string[]) => boolean;
  read: (row: SourceRow) => RegisterEntry | WrongCell;
  /** What tells rows apart, as the mapping writes it. */
  keyColumn: string;
};

/**
 * Makes the reader of a register's rows.
 * @throws Problem `invalid` when the header lacks a column that the mapping names
 */
export function makeRegisterReader(
  loaded: LoadedMapping,
  register: ThingsRegister | SensorsRegister,
  header: readonly string[],
): RegisterReader {
  const index = findColumns(loaded, header);
  const keeps = compileFilter(register.rows, register.file, index);
  const width = header.length;
  const { ragged } = register.file;
  const read = register.register === 'things' ? thingReader(register, index) : sensorReader(register, index);
  return {
    keeps,
    keyColumn: register.register === 'things' ? register.thing.key : register.observed_property.key,
    read: (row) => {
      const { length } = row.fields;
      if (length > width || (length < width && ragged === 'reject')) {
        return { column: '', value: '', reason: `${length} fields where the header has ${width}` };
      }
      return read(row);
    },
  };
}

type Read = RegisterReader['read'];
type Index = ReturnType<typeof findColumns>;

function thingReader(register: ThingsRegister, index: Index): Read {
  const reader = compileThing(register.thing, index, register.file);
  const service = register.in_service;
  const time = (column: string | undefined) =>
    service === undefined || column === undefined
      ? undefined
      : compileTime(
          {
            column,
            format: service.format,
            zone: service.zone,
            repeated_hour: 'earlier',
            stamp: 'start',
          },
          index,
        );
  const times = { from: time(service?.from), until: time(service?.until) };
  return ({ fields }) => {
    const key = reader.key(fields);
    if (key === '') return { column: reader.keyColumn, value: '', reason: 'no key' };
    const thing = reader.describe(fields);
    if ('reason' in thing) return thing;
    const told: { from: string | undefined; until: string | undefined } = {
      from: undefined,
      until: undefined,
    };
    for (const end of ['from', 'until'] as const) {
      const text = times[end]?.text(fields) ?? '';
      if (text === '') continue;
      const when = times[end]?.read(text);
      if (when?.kind !== 'known') {
        return {
          column: times[end]?.name ?? '',
          value: text,
          reason: when?.kind === 'wrong' ? when.reason : 'no time',
        };
      }
      told[end] = formatInstant(when.period.start);
    }
    return { kind: 'thing', key, thing, ...told };
  };
}

function sensorReader(register: SensorsRegister, index: Index): Read {
  const fill = (template: string | undefined): Fill =>
    template === undefined ? () => '' : compileTemplate(template, index);
  const { sensor, observed_property: property, unit, plausible } = register;
  const number = compileNumber({ decimal: register.file.decimal, thousands: register.file.thousands });
  const fills = {
    sensorKey: fill(sensor.key),
    sensorName: fill(sensor.name),
    sensorDescription: fill(sensor.description ?? sensor.name),
    metadata: fill(sensor.metadata),
    key: fill(property.key),
    name: fill(property.name),
    definition: fill(property.definition),
    description: fill(property.description ?? property.name),
  };
  const unitPlace = unit === undefined ? undefined : index(unit.column);
  const ends = (['min_column', 'max_column'] as const).map((end) => plausible?.[end]);
  return ({ fields }) => {
    const key = fills.key(fields);
    const sensorKey = fills.sensorKey(fields);
    if (key === '' || sensorKey === '') return { column: property.key, value: '', reason: 'no key' };
    const [min, max] = ends.map((column) =>
      column === undefined ? '' : (fields[index(column)] ?? '').trim(),
    );
    const range: { min?: number; max?: number } = {};
    for (const [end, text] of [
      ['min', min],
      ['max', max],
    ] as const) {
      if (text === undefined || text === '') continue;
      const value = number(text);
      if (value === undefined)
        return { column: String(plausible?.[`${end}_column`]), value: text, reason: 'not a number' };
      range[end] = value;
    }
    const written = unitPlace === undefined ? '' : (fields[unitPlace] ?? '').trim();
    const spelled = unit?.spellings[written] ?? written;
    return {
      kind: 'sensor',
      key,
      sensor: {
        key: sensorKey,
        name: fills.sensorName(fields),
        description: fills.sensorDescription(fields),
        encodingType: sensor.encoding_type,
        metadata: fills.metadata(fields),
      },
      observedProperty: {
        name: fills.name(fields),
        definition: fills.definition(fields),
        description: fills.description(fields),
      },
      properties: {
        sensor: sensorKey,
        ...(spelled === '' ? {} : { unit: spelled }),
        ...(Object.keys(range).length === 0 ? {} : { plausible: range }),
      },
    };
  };
}
