import { compileNumber } from './cell-values.ts';
import type { Code } from './mapping.ts';

/** What a column's cells seem to be. */
export type ColumnGuess = {
  kind: 'number' | 'integer' | 'boolean' | 'text' | 'empty';
  /** Codes that stand for "missing" here. */
  missing: Code[];
  distinct: number;
  /** Each value is as much more than the one before: a number of the row. */
  counts: boolean;
};

export type NumberSigns = { decimal: '.' | ','; thousands?: '.' | ',' };

/** Words for "missing" among numbers; among words they may be one. */
const missingWords = /^(?:none|na|n\/a|nan|null|nil|nd|n\.d\.|missing|-+|\?|\*)$/i;
/** Numbers that instruments and archives write for "missing"; only where nothing else in the column is near. */
const missingNumbers = new Set([-1, -99, -99.9, -200, -999, -999.9, -9999, -99999, -32768]);

/** How numbers are written: told by all columns together, since one file has one habit. */
export function guessSigns(columns: readonly (readonly string[])[]): NumberSigns {
  let [comma, point, grouped] = [0, 0, 0];
  for (const values of columns)
    for (const value of values) {
      const text = value.trim();
      if (/^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(text)) grouped++;
      else if (/^[+-]?\d*,\d+$/.test(text)) comma++;
      else if (/^[+-]?\d*\.\d+$/.test(text)) point++;
    }
  // 1,234 is more than a thousand where points are decimals, or where no comma stands before another count of digits.
  if (comma > 0 && comma > point) return { decimal: ',' };
  return grouped > 0 && comma === 0 ? { decimal: '.', thousands: ',' } : { decimal: '.' };
}

export function guessColumn(values: readonly string[], signs: NumberSigns): ColumnGuess {
  const given = values.map((value) => value.trim()).filter((value) => value !== '');
  const distinct = new Set(given);
  const read = compileNumber(signs);
  const nothing = { missing: [], counts: false, distinct: distinct.size };
  if (given.length === 0) return { kind: 'empty', ...nothing };
  const words = [...distinct].filter((value) => missingWords.test(value) && read(value) === undefined);
  const rest = given.filter((value) => !words.includes(value));
  if (rest.length === 0) return { kind: 'text', ...nothing, missing: words };
  if (rest.every((value) => /^(?:true|false)$/i.test(value)))
    return { kind: 'boolean', ...nothing, missing: words };
  const numbers = rest.map(read).filter((number) => number !== undefined);
  // A few that are no numbers are for the rejects; a postal code is no number.
  if (
    numbers.length < rest.length * 0.9 ||
    (rest.some((value) => /^0\d{3,}$/.test(value)) && rest.every((value) => /^\d+$/.test(value)))
  )
    return { kind: 'text', ...nothing, missing: words };
  const codes = missingCodes(numbers);
  const integer = numbers.every((number) => codes.includes(number) || Number.isSafeInteger(number));
  // A meter's reading goes up too, but not by the same each time.
  const step = (numbers[1] ?? 0) - (numbers[0] ?? 0);
  const counts =
    step > 0 && numbers.length > 3 && numbers.every((number, at) => number === (numbers[0] ?? 0) + at * step);
  return {
    kind: integer ? 'integer' : 'number',
    missing: [...words, ...codes],
    distinct: distinct.size,
    counts: counts && integer,
  };
}

/** The lowest numbers, where they are repeated and far below all others. */
function missingCodes(numbers: readonly number[]): number[] {
  const times = new Map<number, number>();
  for (const number of numbers) times.set(number, (times.get(number) ?? 0) + 1);
  const sorted = [...times.keys()].sort((a, b) => a - b);
  const codes: number[] = [];
  for (const [at, lowest] of sorted.entries()) {
    const next = sorted[at + 1];
    const highest = sorted.at(-1);
    if (lowest >= 0 || next === undefined || highest === undefined || at >= 2) break;
    const known = missingNumbers.has(lowest);
    const range = Math.max(highest - next, 1);
    const far = next - lowest;
    const alone = known ? far > (next >= 0 ? 0 : range) : far > 3 * range + 100;
    if (!alone || (times.get(lowest) ?? 0) < 2) break;
    codes.push(lowest);
  }
  return codes;
}
