import type { z } from 'zod';
import { faultsIn, readYamlFile } from '../kit/yaml-file.ts';
import { type Calendar, calendarOf, holidaysFile } from '../rules/index.ts';

type File = z.output<typeof holidaysFile>;

/**
 * Reads holidays.yaml: its rows with their sources, and the calendar that they make. Errors: Problem `invalid` that lists
 * every fault with file, line and path.
 */
export function readHolidaysFile(source: string, name: string): File & { calendar: Calendar } {
  const { value, lineOf } = readYamlFile<File>(source, name, {
    schemaFor: () => holidaysFile,
    expected: 'the file holds from, to, sources and holidays; see docs/deadlines.md',
    see: 'docs/deadlines.md',
  });
  const faults: { line: number; path: string; message: string }[] = [];
  const lines = new Map<string, number>();
  for (const [index, { day, source }] of value.holidays.entries()) {
    const line = lineOf(['holidays', index]);
    const wrong = (field: string, message: string) =>
      faults.push({ line, path: `holidays.${index}.${field}`, message });
    const earlier = lines.get(day);
    if (earlier !== undefined) wrong('day', `stands twice: ${day} is on line ${earlier} already`);
    else lines.set(day, line);
    if (day < value.from || day > value.to)
      wrong('day', `${day} lies outside ${value.from} to ${value.to}, which the file is for`);
    if (!Object.hasOwn(value.sources, source)) wrong('source', `there is no source ${source} in this file`);
  }
  if (value.to < value.from)
    faults.push({ line: lineOf(['to']), path: 'to', message: `${value.to} lies before ${value.from}` });
  if (faults.length > 0) throw faultsIn(name, faults);
  return { ...value, calendar: calendarOf(value) };
}
