import { peopleMessages } from '../messages.ts';
import type { Role } from '../permissions.ts';
import { invitationDays } from '../person-defaults.ts';
import type { InvitationLetter } from './invite-person.ts';
import { staffMessages } from './staff-messages.ts';

const known = (language: string) => (language === 'es' ? 'es' : 'en');
/** The address that a link of an invitation opens. */
export const linkFor = (publicUrl: string, language: string, secret: string): string =>
  `${publicUrl}/${known(language)}/invitation?invitation=${secret}`;

/** The letter that invites to a role, in the language of whoever is invited. */
export function wordInvitation(publicUrl: string, language: string): InvitationLetter {
  const [say, roles] = [staffMessages[known(language)], peopleMessages[known(language)]];
  return (secret, { name, role, placeName, officeName }) => ({
    subject: say.invitationSubject(placeName ?? new URL(publicUrl).host),
    text: say.invitationText({
      name,
      role: roles[role as Role] ?? '',
      where: wherePhrase(say, placeName, officeName),
      link: linkFor(publicUrl, language, secret),
      days: invitationDays,
    }),
  });
}

/** The letter to somebody who lost what he signs in with. */
export function wordReset(publicUrl: string, language: string): InvitationLetter {
  const say = staffMessages[known(language)];
  return (secret) => ({
    subject: say.resetSubject(new URL(publicUrl).host),
    text: say.resetText({ link: linkFor(publicUrl, language, secret), days: invitationDays }),
  });
}

/** Where a role is for, in words. */
export function wherePhrase(
  say: {
    everywhere: string;
    wholePlace(place: string): string;
    inOffice(place: string, office: string): string;
  },
  place: string | null,
  office: string | null,
): string {
  if (place === null) return say.everywhere;
  return office === null ? say.wholePlace(place) : say.inOffice(place, office);
}
