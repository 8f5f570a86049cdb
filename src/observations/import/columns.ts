import { Problem } from '../../kit/problem.ts';
import type { LoadedMapping, LocationShape, Mapping, PropertyShape, ThingShape } from './mapping.ts';

/** A column that a mapping names, and where it names it. */
export type NamedColumn = { column: string; path: PropertyKey[] };

/** Every column that the mapping needs, in the order in which it names them; a name may occur more than once. */
export function namedColumns(mapping: Mapping): NamedColumn[] {
  const found: NamedColumn[] = [];
  const add = (column: string | undefined, ...path: PropertyKey[]) => {
    if (column !== undefined) found.push({ column, path });
  };
  const template = (text: string | undefined, ...path: PropertyKey[]) => {
    for (const column of templateColumns(text ?? '')) add(column, ...path);
  };
  const thing = (shape: ThingShape, ...path: PropertyKey[]) => {
    template(shape.key, ...path, 'key');
    template(shape.name, ...path, 'name');
    template(shape.description, ...path, 'description');
    for (const [name, property] of Object.entries(shape.properties)) {
      if (isColumnProperty(property)) add(property.column, ...path, 'properties', name, 'column');
    }
    if (shape.location) location(shape.location, ...path, 'location');
  };
  const location = (shape: LocationShape, ...path: PropertyKey[]) => {
    if ('longitude_column' in shape) {
      add(shape.longitude_column, ...path, 'longitude_column');
      add(shape.latitude_column, ...path, 'latitude_column');
    } else if ('column' in shape) add(shape.column, ...path, 'column');
    template(shape.name, ...path, 'name');
  };

  for (const kind of ['only', 'skip'] as const) {
    for (const [index, filter] of mapping.rows[kind].entries())
      add(filter.column, 'rows', kind, index, 'column');
  }
  if ('datastreams' in mapping) {
    const { time } = mapping;
    add(time.column, 'time', 'column');
    for (const [index, column] of (time.columns ?? []).entries()) add(column, 'time', 'columns', index);
    add(time.order_by, 'time', 'order_by');
    if (mapping.thing) thing(mapping.thing, 'thing');
    for (const [index, stream] of mapping.datastreams.entries()) {
      add(stream.column, 'datastreams', index, 'column');
      add(stream.plausible?.min_column, 'datastreams', index, 'plausible', 'min_column');
      add(stream.plausible?.max_column, 'datastreams', index, 'plausible', 'max_column');
      template(stream.name, 'datastreams', index, 'name');
      template(stream.description, 'datastreams', index, 'description');
      if (stream.thing) thing(stream.thing, 'datastreams', index, 'thing');
    }
  } else if (mapping.register === 'things') {
    thing(mapping.thing, 'thing');
    add(mapping.in_service?.from, 'in_service', 'from');
    add(mapping.in_service?.until, 'in_service', 'until');
  } else {
    for (const part of ['sensor', 'observed_property'] as const) {
      for (const [name, text] of Object.entries(mapping[part])) template(text, part, name);
    }
    add(mapping.unit?.column, 'unit', 'column');
    add(mapping.plausible?.min_column, 'plausible', 'min_column');
    add(mapping.plausible?.max_column, 'plausible', 'max_column');
  }
  return found;
}

export function isColumnProperty(property: PropertyShape): property is Extract<PropertyShape, object> {
  return typeof property === 'object';
}

/** Position of each named column in a row. */
export type ColumnIndex = (column: string) => number;

/**
 * Finds the mapping's columns in the file's header.
 * @throws Problem `invalid` that lists each column that is not there with its line in the mapping, and what there is
 */
export function findColumns(loaded: LoadedMapping, header: readonly string[]): ColumnIndex {
  const names = header.map((name) => name.trim());
  const places = new Map<string, number>();
  const faults: string[] = [];
  for (const { column, path } of namedColumns(loaded.mapping)) {
    const where = `${loaded.name}:${loaded.lineOf(path)}: ${path.map(String).join('.')}`;
    const position = /^#([1-9]\d*)$/.exec(column)?.[1];
    const wanted = column.trim();
    const index = position === undefined ? names.indexOf(wanted) : Number(position) - 1;
    if (index < 0 || index >= names.length) faults.push(`${where}: the file has no column "${column}"`);
    else if (position === undefined && names.lastIndexOf(wanted) !== index) {
      faults.push(
        `${where}: the file has several columns "${column}"; name the one you mean by position, such as #${index + 1}`,
      );
    } else places.set(column, index);
  }
  if (faults.length > 0) {
    const list = names.map((name, index) => (name === '' ? `#${index + 1}` : name)).join(' | ');
    // What a file holds must not steer the terminal that the message is shown on.
    const has = list.replaceAll(/\p{Cc}/gu, '\ufffd');
    faults.push(
      `The file has ${names.length} columns: ${has.length > 2000 ? `${has.slice(0, 2000)} …` : has}`,
    );
    throw new Problem('invalid', [...new Set(faults)].join('\n'), { details: { columns: names } });
  }
  return (column) => {
    const place = places.get(column);
    if (place === undefined) throw new Error(`column ${column} was not looked up`);
    return place;
  };
}

type Part = string | { column: string };

function templateParts(template: string): Part[] {
  const parts: Part[] = [];
  for (const [all, name] of template.matchAll(/\{\{|\}\}|\{([^{}]+)\}|[^{}]+|[{}]/g)) {
    if (name !== undefined) parts.push({ column: name });
    else parts.push(all === '{{' ? '{' : all === '}}' ? '}' : all);
  }
  return parts;
}

function templateColumns(template: string): string[] {
  return templateParts(template).flatMap((part) => (typeof part === 'string' ? [] : [part.column]));
}

export type Fill = (fields: readonly string[]) => string;

/** Makes the function that fills a template from a row. A template of one column gives '' when that cell is empty. */
export function compileTemplate(template: string, index: ColumnIndex): Fill {
  const parts = templateParts(template).map((part) => (typeof part === 'string' ? part : index(part.column)));
  const [only] = parts;
  if (parts.length === 1 && typeof only === 'number') return (fields) => (fields[only] ?? '').trim();
  if (parts.every((part) => typeof part === 'string')) {
    const text = parts.join('');
    return () => text;
  }
  return (fields) =>
    parts.map((part) => (typeof part === 'string' ? part : (fields[part] ?? '').trim())).join('');
}
