import { httpStatus, isProblem } from '../../kit/problem.ts';
import type { Language } from '../../ui/language.ts';
import { staffSignInMessages } from '../sign-in/staff-sign-in-messages.ts';

/** What a page says of a problem that a person can do something about; anything else is thrown on. `wrong`: of `invalid`. */
export function sayProblem(
  error: unknown,
  language: Language,
  wrong: string,
): { said: string; status: number; kind: string } {
  if (!isProblem(error)) throw error;
  const words = staffSignInMessages[language];
  const { reason, retryAfter } = error.details as { reason?: string; retryAfter?: number };
  const said: Record<string, string | undefined> = {
    invalid:
      { short: words.tooShort, long: words.tooLong, common: words.tooCommon, old: words.notFresh }[
        reason ?? ''
      ] ?? wrong,
    'too-many': words.tooMany(Math.max(1, Math.ceil((retryAfter ?? 60) / 60))),
    'too-late': words.tooLate,
    busy: words.busy,
    conflict: words.conflict,
  };
  const text = said[error.kind];
  if (!text) throw error;
  return { said: text, status: httpStatus[error.kind], kind: error.kind };
}
