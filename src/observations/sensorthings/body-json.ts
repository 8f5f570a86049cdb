import { Problem } from '../../kit/problem.ts';

// Shipped in V8 since Node 22; TypeScript's library does not know it yet. [ECMA-262 proposal, JSON.parse source text access]
declare global {
  interface JSON {
    rawJSON(text: string): { readonly rawJSON: string };
    isRawJSON(value: unknown): value is { readonly rawJSON: string };
  }
}

/**
 * Parses a request's body. Whole numbers that a JavaScript number cannot hold are kept as they were written, so ids to
 * 2^63-1 and numbers inside `properties` come through. Errors: invalid, with the position.
 */
export function parseBody(text: string): unknown {
  try {
    return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
      typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
        ? JSON.rawJSON(context?.source as string)
        : value,
    );
  } catch (error) {
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
