import { compileNumber } from './cell-values.ts';
import { type ColumnIndex, compileTemplate, isColumnProperty } from './columns.ts';
import type { FileShape, LocationShape, PropertyShape, ThingShape } from './mapping.ts';

/** A Thing as a row describes it. */
export type DescribedThing = {
  key: string;
  name: string;
  description: string;
  properties: Record<string, string | number | boolean>;
  location: { name: string; longitude: number; latitude: number } | undefined;
};

export type WrongCell = { column: string; value: string; reason: string };

export type ThingReader = {
  key: (fields: readonly string[]) => string;
  /** The column that names the sensor, for the rejects file. */
  keyColumn: string;
  describe: (fields: readonly string[]) => DescribedThing | WrongCell;
};

/** Makes the reader of a mapping's `thing`. */
export function compileThing(shape: ThingShape, index: ColumnIndex, file: FileShape): ThingReader {
  const key = compileTemplate(shape.key, index);
  const name = compileTemplate(shape.name, index);
  const description = compileTemplate(shape.description ?? shape.name, index);
  const number = compileNumber({ decimal: file.decimal, thousands: file.thousands });
  const properties = Object.entries(shape.properties).map(([label, property]) => ({
    label,
    read: compileProperty(property, index, number),
  }));
  const place =
    shape.location === undefined ? () => undefined : compileLocation(shape.location, name, index, number);
  return {
    key,
    keyColumn: shape.key,
    describe: (fields) => {
      const location = place(fields);
      if (location !== undefined && 'reason' in location) return location;
      const held: DescribedThing['properties'] = {};
      for (const { label, read } of properties) {
        const value = read(fields);
        if (value !== undefined) held[label] = typeof value === 'string' ? detach(value) : value;
      }
      return {
        key: detach(key(fields)),
        name: detach(name(fields)),
        description: detach(description(fields)),
        properties: held,
        location: location && { ...location, name: detach(location.name) },
      };
    },
  };
}

/** A piece of a file's text keeps the whole chunk alive that it was cut from; a copy does not. */
export function detach(text: string): string {
  return Buffer.from(text).toString();
}

type ReadNumber = (text: string) => number | undefined;
type Value = string | number | boolean | undefined;

function compileProperty(
  property: PropertyShape,
  index: ColumnIndex,
  number: ReadNumber,
): (fields: readonly string[]) => Value {
  if (!isColumnProperty(property)) return () => property;
  const place = index(property.column);
  const pattern = property.match === undefined ? undefined : new RegExp(property.match, 'u');
  return (fields) => {
    let text = (fields[place] ?? '').trim();
    if (pattern) {
      const found = pattern.exec(text);
      text = found?.[1] ?? found?.[0] ?? '';
    }
    if (text === '') return undefined;
    return property.type === 'number' ? number(text) : text;
  };
}

type Place = { name: string; longitude: number; latitude: number };

function compileLocation(
  shape: LocationShape,
  thingName: (fields: readonly string[]) => string,
  index: ColumnIndex,
  number: ReadNumber,
): (fields: readonly string[]) => Place | WrongCell | undefined {
  const name = shape.name === undefined ? thingName : compileTemplate(shape.name, index);
  if ('longitude' in shape) {
    const { longitude, latitude } = shape;
    return (fields) => ({ name: name(fields), longitude, latitude });
  }
  if ('longitude_column' in shape) {
    const at = { longitude: index(shape.longitude_column), latitude: index(shape.latitude_column) };
    const column = `${shape.longitude_column}, ${shape.latitude_column}`;
    return (fields) => {
      const texts = [fields[at.longitude] ?? '', fields[at.latitude] ?? ''].map((text) => text.trim());
      return located(texts, column, texts.join(', '), name(fields), number);
    };
  }
  // WKT and its kin write a decimal point, whatever the file's other columns do.
  const degrees = compileNumber({ decimal: '.' });
  const place = index(shape.column);
  const pattern =
    shape.format === 'wkt'
      ? /^POINT\s*\(\s*(\S+)\s+([^\s)]+)\s*\)$/i
      : /^[([]?\s*([^\s,;]+)[\s,;]+([^\s,;)\]]+)\s*[)\]]?$/;
  const swapped = shape.axis_order === 'latitude-longitude';
  return (fields) => {
    const text = (fields[place] ?? '').trim();
    if (text === '') return undefined;
    const found = pattern.exec(text);
    if (!found) return { column: shape.column, value: text, reason: `not a position (${shape.format})` };
    const pair = [found[1] ?? '', found[2] ?? ''];
    return located(swapped ? pair.reverse() : pair, shape.column, text, name(fields), degrees);
  };
}

function located(
  texts: readonly string[],
  column: string,
  value: string,
  name: string,
  number: ReadNumber,
): Place | WrongCell | undefined {
  if (texts.every((text) => text === '')) return undefined;
  const [longitude, latitude] = texts.map(number);
  if (longitude === undefined || latitude === undefined)
    return { column, value, reason: 'not a position in degrees' };
  if (Math.abs(longitude) > 180 || Math.abs(latitude) > 90) {
    return {
      column,
      value,
      reason: 'a position outside of the Earth’s degrees; longitude and latitude may be swapped',
    };
  }
  return { name, longitude, latitude };
}
