import { Problem } from '../../kit/problem.ts';
import { isPrintable, straightText } from '../../rules/index.ts';

/** A reason or a note as it is kept. Errors: invalid (`details.field`), for characters that cannot be printed. */
export function checkNote(field: string, given: string): string {
  const text = straightText(given).trim();
  if (!isPrintable(text))
    throw new Problem('invalid', 'The text has characters in it that cannot be printed. Take them out.', {
      details: { field },
    });
  return text;
}
