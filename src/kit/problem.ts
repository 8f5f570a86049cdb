/**
 * The one error of the product. An action throws a kind; each door translates it into its own standard's shape.
 * A message says what was wrong, where, and what to do, in a sentence that may be shown to the person who asked.
 */
export type ProblemKind =
  | 'invalid'
  | 'signed-out'
  | 'not-allowed'
  | 'not-found'
  | 'conflict'
  | 'too-late'
  | 'too-many'
  | 'busy';

// The server and the page bundle may each load this module: recognise a Problem by brand, not by class.
const brand = Symbol.for('charter-oak.problem');

export class Problem extends Error {
  readonly kind: ProblemKind;
  /** Machine-readable particulars, safe to show: `{ field, line, allowed, ... }`. */
  readonly details: Record<string, unknown>;

  constructor(
    kind: ProblemKind,
    message: string,
    options: { details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Problem';
    this.kind = kind;
    this.details = options.details ?? {};
    Object.defineProperty(this, brand, { value: true });
  }
}

/** True for a Problem made by any copy of this module. */
export function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && brand in error;
}

/** HTTP status of each kind [RFC 9110]; the doors share it, their bodies differ. */
export const httpStatus: Record<ProblemKind, number> = {
  invalid: 400,
  'signed-out': 401,
  'not-allowed': 403,
  'not-found': 404,
  conflict: 409,
  'too-late': 410,
  'too-many': 429,
  busy: 503,
};
