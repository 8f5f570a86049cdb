/**
 * JSON.parse, but an integer that a double cannot hold stays the text that it is in the file: an id loses no digits.
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  // A reviver makes parsing slower, and few records hold so long a number.
  return /\d{16}/.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
}

/** What a number in JSON's spelling stands for: itself, or its text when it is an integer of too many digits. */
export function exactNumber(source: string): number | string {
  const value = Number(source);
  return /^-?\d{16,}$/.test(source) && !Number.isSafeInteger(value) ? source : value;
}

// TypeScript's library does not know the third parameter yet [ECMA-262, JSON.parse source text access].
function keepDigits(_key: string, value: unknown, ...[context]: { source?: string }[]): unknown {
  return typeof value === 'number' ? exactNumber(context?.source ?? String(value)) : value;
}
