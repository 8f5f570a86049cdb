import { z } from 'zod';
import { type Citation, source } from '../rules/index.ts';

/** The instruments that a file's entries cite by a short name, each with the day it was read. */
export const fileSources = z.record(z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/), source).default({});
export type FileSources = z.output<typeof fileSources>;

/** An entry's reference: a source of the file and the spot in it. */
export const reference = z.strictObject({ source: z.string(), locator: z.string().trim().min(1).max(500) });

export function citationOf(
  sources: FileSources,
  { source, locator }: z.output<typeof reference>,
): Citation | undefined {
  const found = Object.hasOwn(sources, source) ? sources[source] : undefined;
  return found && { ...found, locator };
}
