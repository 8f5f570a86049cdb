import type { PageRequest } from '../../page-context.ts';
import { isLanguage } from '../../ui/language.ts';
import { endSessions } from './end-sessions.ts';
import { grantRole } from './grant-role.ts';
import { wordInvitation, wordReset } from './invitation-letters.ts';
import { invitePerson } from './invite-person.ts';
import { resetSignIn } from './reset-sign-in.ts';
import { revokeInvitation } from './revoke-invitation.ts';
import { revokeRole } from './revoke-role.ts';

/** What the forms of the page of people do; returns the word for what was done. Errors: those of the action. */
export async function managePeople(
  { ctx, publicUrl, language }: PageRequest,
  fields: FormData,
): Promise<string> {
  const field = (name: string) => String(fields.get(name) ?? '').trim();
  const [place, office] = field('where').split('/');
  const role = {
    role: field('role'),
    place: place || null,
    office: office || null,
    lastDay: field('lastDay') || null,
  };
  switch (field('do')) {
    case 'invite': {
      const theirs = isLanguage(field('language')) ? field('language') : language;
      await invitePerson(ctx, {
        ...role,
        email: field('email'),
        name: field('name'),
        language: theirs,
        letter: wordInvitation(publicUrl, theirs),
      });
      return 'invited';
    }
    case 'give':
      await grantRole(ctx, { ...role, personId: field('person') });
      return 'given';
    case 'take':
      await revokeRole(ctx, { grant: field('grant') });
      return 'taken';
    case 'take-back':
      await revokeInvitation(ctx, { invitation: field('invitation') });
      return 'taken-back';
    case 'reset':
      await resetSignIn(ctx, {
        personId: field('person'),
        letter: (theirs) => wordReset(publicUrl, theirs),
      });
      return 'reset';
    case 'end-sessions':
      await endSessions(ctx, { personId: field('person') });
      return 'sessions-ended';
    default:
      return '';
  }
}
