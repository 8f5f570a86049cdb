import { Problem } from '../kit/problem.ts';
import { isPrintable, straightText } from '../rules/index.ts';

/** A text without control characters, as it is kept. Errors: invalid. */
export function checkText(field: string, text: string, most: number, least = 0): string {
  const kept = straightText(text).trim();
  if (kept.length < least || kept.length > most)
    throw wrong(field, `Write ${least === 0 ? 'at most' : `${least} to`} ${most} characters.`);
  if (!isPrintable(kept))
    throw wrong(field, 'The text has characters in it that cannot be printed. Take them out.');
  return kept;
}

/** What was wrong, and in which field of the form. */
export function wrong(field: string, message: string): Problem {
  return new Problem('invalid', message, { details: { field } });
}
