import { isStorableResult } from '../reading.ts';
import type { Code, DatastreamShape, FileShape } from './mapping.ts';

/** What one cell says: a result, nothing (empty, or a code for "missing"), or something that is not a result. */
export type CellValue =
  | { kind: 'result'; result: number | string | boolean }
  | { kind: 'empty' | 'code' }
  | { kind: 'wrong'; reason: string };

export type ReadCell = (cell: string) => CellValue;

const empty: CellValue = { kind: 'empty' };
const missingCode: CellValue = { kind: 'code' };

/** Makes the reader of one value column's cells. */
export function compileCell(stream: DatastreamShape, file: FileShape): ReadCell {
  const missing = [...file.missing, ...stream.missing];
  if (stream.type === 'text') {
    const isMissing = matchText(missing);
    return (cell) => {
      const text = cell.trim();
      if (text === '') return empty;
      return isMissing(text) ? missingCode : { kind: 'result', result: text };
    };
  }
  const readNumber = compileNumber({ decimal: stream.decimal ?? file.decimal, thousands: file.thousands });
  if (stream.type === 'boolean') {
    const lists = { missing, yes: stream.true, no: stream.false };
    const match = {
      missing: matchCode(lists.missing, readNumber),
      yes: matchCode(lists.yes, readNumber),
      no: matchCode(lists.no, readNumber),
    };
    const expected = `none of ${[...lists.yes, ...lists.no].map((code) => JSON.stringify(code)).join(', ')}`;
    return (cell) => {
      const text = cell.trim();
      if (text === '') return empty;
      if (match.missing(text)) return missingCode;
      if (match.yes(text)) return { kind: 'result', result: true };
      if (match.no(text)) return { kind: 'result', result: false };
      return { kind: 'wrong', reason: expected };
    };
  }
  const textCodes = new Set(missing.filter((code) => typeof code === 'string'));
  const numberCodes = new Set(missing.filter((code) => typeof code === 'number'));
  const whole = stream.type === 'integer';
  return (cell) => {
    const text = cell.trim();
    if (text === '') return empty;
    if (textCodes.size > 0 && textCodes.has(text)) return missingCode;
    const number = readNumber(text);
    if (number === undefined) return { kind: 'wrong', reason: 'not a number' };
    if (numberCodes.size > 0 && numberCodes.has(number)) return missingCode;
    if (!isStorableResult(number)) return { kind: 'wrong', reason: 'a number too large to store' };
    if (whole && !Number.isSafeInteger(number)) return { kind: 'wrong', reason: 'not a whole number' };
    return { kind: 'result', result: number };
  };
}

/** True for text that is one of the codes: as it is written, or as the same number. */
export function matchCode(
  codes: readonly Code[],
  readNumber: (text: string) => number | undefined,
): (text: string) => boolean {
  const texts = new Set(codes.map(String));
  const numbers = new Set(codes.filter((code) => typeof code === 'number'));
  return (text) => {
    if (texts.has(text)) return true;
    if (numbers.size === 0) return false;
    const number = readNumber(text);
    return number !== undefined && numbers.has(number);
  };
}

function matchText(codes: readonly Code[]): (text: string) => boolean {
  const texts = new Set(codes.map(String));
  return (text) => texts.has(text);
}

export type NumberShape = { decimal: '.' | ','; thousands?: string | undefined };

const plain = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Makes the reader of numbers: undefined for text that is not one. Stricter than Number(), which takes 0x10 and ' '. */
export function compileNumber(shape: NumberShape): (text: string) => number | undefined {
  const { decimal, thousands } = shape;
  if (decimal === '.' && thousands === undefined)
    return (text) => (plain.test(text) ? Number(text) : undefined);
  const literally = (sign: string) => sign.replace(/[.]/, '\\.');
  const grouped =
    thousands === undefined
      ? undefined
      : new RegExp(`^[+-]?\\d{1,3}(?:${literally(thousands)}\\d{3})+(?:${literally(decimal)}\\d*)?$`);
  return (text) => {
    let digits = text;
    if (thousands !== undefined && digits.includes(thousands)) {
      if (!grouped?.test(digits)) return undefined;
      digits = digits.replaceAll(thousands, '');
    }
    if (decimal === ',') {
      // A point is no decimal sign here, and taking it for one would change the value by powers of ten.
      if (digits.includes('.')) return undefined;
      digits = digits.replace(',', '.');
    }
    return plain.test(digits) ? Number(digits) : undefined;
  };
}
