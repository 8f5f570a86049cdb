import { createRequire } from 'node:module';

/**
 * Passwords that leaked from other sites and that guessers therefore try first, from two packages that are word lists and
 * nothing else: one has the short ones that people put digits behind, the other 3,973 of the length that is asked for
 * here. Loaded when somebody first sets a password, so that no start waits for it; never in a browser.
 */
const load = createRequire(import.meta.url);

/** Whether a password, in lower case, is on a list, or is one of a list with digits and signs behind it. */
export function isLeaked(password: string): boolean {
  const { dictionary } = load('@zxcvbn-ts/language-common') as { dictionary: Record<string, string[]> };
  const lists = [dictionary['passwords-common'] as string[], load('popular-passwords') as string[]];
  const stem = password.replace(/[^\p{L}]+$/u, '');
  // Some of a list end in digits themselves; more than eight behind one are no habit of anybody.
  const least = Math.max(stem.length, password.length - 8);
  const tried = new Set([stem]);
  for (let length = password.length; length >= least; length--) tried.add(password.slice(0, length));
  return lists.some((list) => list.some((leaked) => tried.has(leaked)));
}
