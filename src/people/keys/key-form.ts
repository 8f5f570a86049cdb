import { data } from 'react-router';
import type { Ctx } from '../../kit/context.ts';
import { httpStatus, isProblem } from '../../kit/problem.ts';
import type { Language } from '../../ui/language.ts';
import { createReadingKey } from './create-reading-key.ts';
import { mostReadingKeys } from './key-defaults.ts';
import { keyMessages } from './key-messages.ts';
import type { Made } from './reading-keys.tsx';

/** What the account page's form for a key does: the new key is in the answer, this once. */
export async function makeKey(ctx: Ctx, language: Language, fields: FormData) {
  const words = keyMessages[language];
  const field = (name: string) => String(fields.get(name) ?? '');
  try {
    const { key, id } = await createReadingKey(ctx, {
      name: field('name'),
      purpose: field('purpose'),
      days: field('days') ? Number(field('days')) : undefined,
      terms: fields.getAll('terms').map(String),
    });
    return data<Made>({ key, id });
  } catch (error) {
    const said = isProblem(error)
      ? {
          invalid: error.details.field === 'terms' ? words.termsWrong : words.wrong,
          conflict: words.tooMany(mostReadingKeys),
          'too-many': words.tomorrow,
        }[error.kind as string]
      : undefined;
    if (!isProblem(error) || !said) throw error;
    const values = { name: field('name'), purpose: field('purpose'), days: field('days') };
    const at = String(error.details.field ?? '');
    return data<Made>({ error: said, field: at, values }, { status: httpStatus[error.kind] });
  }
}
