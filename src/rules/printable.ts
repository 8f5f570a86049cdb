/**
 * Marks that turn the order of what follows around (they come along when a telephone number is pasted): with them a text
 * reads otherwise than it is written.
 */
const turning = /[\u202a-\u202e\u2066-\u2069]/g;

/** A text with line ends of one kind, and without marks that turn it around. */
export function straightText(text: string): string {
  return text.replaceAll(/\r\n|[\u0085\u2028\u2029]/g, '\n').replaceAll(turning, '');
}

/** True without control characters (line end and tab aside), turning marks and broken halves of characters. */
export function isPrintable(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/;
  return !control.test(text) && text.search(turning) < 0 && text.isWellFormed();
}

/** For a schema's `refine`. */
export const printable = [
  isPrintable,
  'has characters that cannot be printed or that turn the text around; take them out',
] as const;
