import { isProblem, Problem } from '../../kit/problem.ts';

// Shipped in V8 since Node 22; TypeScript's library does not know it yet. [ECMA-262 proposal, JSON.parse source text access]
declare global {
  interface JSON {
    rawJSON(text: string): { readonly rawJSON: string };
    isRawJSON(value: unknown): value is { readonly rawJSON: string };
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A body's bytes as text. Errors: invalid, for wrong bytes are never stored as replacement characters. */
export function decodeBody(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw new Problem('invalid', 'The body is not UTF-8. Send JSON in UTF-8 [RFC 8259 §8.1].', {
      cause: error,
    });
  }
}

/**
 * Parses a request's body. Whole numbers that a JavaScript number cannot hold are kept as they were written, so ids to
 * 2^63-1 and numbers inside `properties` come through. Errors: invalid, with the position.
 */
export function parseBody(text: string): unknown {
  try {
    return JSON.parse(text, (key, value: unknown, context?: { source?: string }) => {
      if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
      const source = context?.source ?? '';
      if (/^-?\d+$/.test(source)) return JSON.rawJSON(source);
      if (Number.isFinite(value)) return value;
      throw new Problem('invalid', `“${key}”: the number ${source.slice(0, 40)} is too large to be kept.`, {
        details: { member: key },
      });
    });
  } catch (error) {
    if (isProblem(error)) throw error;
    throw new Problem('invalid', `The body is not JSON: ${(error as Error).message}`, { cause: error });
  }
}

/** An id as it may stand in a body: a whole number, or the same in quotation marks. */
export function asId(value: unknown): string | undefined {
  const text = JSON.isRawJSON(value)
    ? value.rawJSON
    : typeof value === 'number' || typeof value === 'string'
      ? String(value)
      : '';
  return /^-?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text)
    ? BigInt(text).toString()
    : undefined;
}

/** A number kept as written, as an ordinary number again. */
export function asResult(value: unknown): unknown {
  return JSON.isRawJSON(value) ? Number(value.rawJSON) : value;
}

/** True if no database text can hold this value: a zero character, or half a surrogate pair. */
export function isUnstorable(value: unknown): boolean {
  return /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/.test(JSON.stringify(value) ?? '');
}
