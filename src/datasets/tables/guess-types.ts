import { compileTimeFormat } from '../../kit/files/time-format.ts';
import { compileCells } from './cells.ts';
import type { ColumnType } from './table.ts';

export type GuessedType = { type: ColumnType; format: string | null; note?: 'ambiguous-day' };

const days = [
  'M/D/YYYY',
  'D/M/YYYY',
  'D.M.YYYY',
  'M-D-YYYY',
  'D-M-YYYY',
  'YYYY/M/D',
  'D-MMM-YYYY',
  'D MMM YYYY',
  'MMM D, YYYY',
  'M/D/YY',
];
const clocks = ['H:mm', 'H:mm:ss', 'H.mm.ss', 'H:mm:ss.S', 'h:mm A', 'h:mm:ss A', 'h:mm:ss A Z', 'H:mm:ss Z'];

/**
 * The narrowest type that every one of these values is of; anything else is text, and nothing is lost. Digits that begin
 * with a zero are text (postal codes are no numbers).
 */
export function guessType(values: readonly string[]): GuessedType {
  const given = values
    .map((value) => value.trim())
    .filter((value) => !/^(?:|na|n\/a|null|nan|-)$/i.test(value));
  if (given.length === 0) return { type: 'text', format: null };
  const all = (type: ColumnType, format: string | null) => {
    const read = compileCells(type, format, 'UTC');
    return given.every((value) => typeof read(value) === 'string');
  };
  if (given.every((value) => /^(?:true|false|yes|no|y|n)$/i.test(value)))
    return { type: 'boolean', format: null };
  const padded =
    given.some((value) => /^[+-]?0\d/.test(value)) || given.some((value) => /^\d{19,}$/.test(value));
  if (!padded) {
    if (given.every((value) => /^[+-]?\d+$/.test(value)) && all('integer', null))
      return { type: 'integer', format: null };
    if (all('number', null)) return { type: 'number', format: null };
    if (given.every((value) => /^[+-]?\d{1,3}(,\d{3})*$/.test(value)))
      return { type: 'integer', format: 'thousands' };
    if (all('number', 'thousands')) return { type: 'number', format: 'thousands' };
    if (all('number', ',')) return { type: 'number', format: ',' };
  }
  return guessTime(given) ?? guessPlace(given, all) ?? { type: 'text', format: null };
}

function guessTime(given: readonly string[]): GuessedType | undefined {
  if (!given.every((value) => /\d/.test(value) && value.length >= 6 && value.length <= 40)) return undefined;
  const fits = (format: string) => {
    const read = compileTimeFormat(format);
    return given.every((value) => read(value) !== undefined);
  };
  if (fits('iso'))
    return { type: given.every((value) => value.length === 10) ? 'date' : 'time', format: null };
  const found = days.filter(fits);
  const marked = (formats: readonly string[]) =>
    formats.length > 1 ? { note: 'ambiguous-day' as const } : {};
  if (found[0]) return { type: 'date', format: found[0], ...marked(found) };
  for (const clock of clocks) {
    const moments = days.map((day) => `${day} ${clock}`).filter(fits);
    if (moments[0]) return { type: 'time', format: moments[0], ...marked(moments) };
  }
  return undefined;
}

function guessPlace(
  given: readonly string[],
  all: (type: ColumnType, format: string) => boolean,
): GuessedType | undefined {
  if (all('place', 'wkt')) return { type: 'place', format: 'wkt' };
  // As the portals of American cities write it.
  const paired = given.every((value) => value.startsWith('('));
  return paired && all('place', 'lat-lon') ? { type: 'place', format: 'lat-lon' } : undefined;
}
