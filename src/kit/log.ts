import { type Logger, pino } from 'pino';

export type Log = Logger;

/** Structured log: JSON lines on standard output (or the stream given). Secrets never go in. */
export function openLog(level: string, destination: NodeJS.WritableStream = process.stdout): Log {
  return pino(
    { level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: describeError } },
    destination,
  );
}

/**
 * What of an error may be logged: never its other members, for a database error's detail quotes the row and a lost
 * connection carries the whole client.
 */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
