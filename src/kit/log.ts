import { type Logger, pino } from 'pino';

export type Log = Logger;

/** Structured log: JSON lines on standard output (or the stream given). Secrets never go in. */
export function openLog(level: string, destination: NodeJS.WritableStream = process.stdout): Log {
  return pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}
