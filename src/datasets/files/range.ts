/** A part of a file, both ends inclusive. */
export type Part = { from: number; to: number };

/**
 * What a Range header asks of a file of so many bytes [RFC 9110 §14.2]: one part; `unsatisfiable`; or nothing, and then the whole file
 * is the answer, as also to several parts at once, or to another unit.
 */
export function parseRange(header: string | undefined, size: number): Part | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes\s*=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Number(last);
    if (length === 0 || size === 0) return 'unsatisfiable';
    return { from: Math.max(0, size - length), to: size - 1 };
  }
  const from = Number(first);
  if (last !== '' && Number(last) < from) return undefined;
  if (from >= size) return 'unsatisfiable';
  return { from, to: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
}

/** Whether an If-Range lets the Range count: only the very tag does [RFC 9110 §13.1.5]. */
export function rangeCounts(ifRange: string | undefined, etag: string, modified: string): boolean {
  return ifRange === undefined || ifRange.trim() === etag || ifRange.trim() === modified;
}
