import type { RegisterEntry } from './interpret-register.ts';
import { checkRegister, type RegisterInput, type RegisterSummary, walkRegister } from './walk-register.ts';

export type RegisterPreview = { first: RegisterEntry[]; summary: RegisterSummary };

/**
 * Reads a register as an import would, and stores nothing; needs no database. What is there already is not told.
 * Errors: as importFile.
 */
export async function previewRegister(input: RegisterInput & { show: number }): Promise<RegisterPreview> {
  await checkRegister(input);
  const first: RegisterEntry[] = [];
  const summary = await walkRegister(input, (entries) => {
    first.push(...entries.slice(0, input.show - first.length));
    return Promise.resolve(entries.length);
  });
  return { first, summary };
}
