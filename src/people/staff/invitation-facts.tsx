import { useMessages } from '../../ui/language-context.tsx';
import { Facts } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { peopleMessages } from '../messages.ts';
import type { StaffRole } from '../role.ts';
import { staffSignInMessages } from '../sign-in/staff-sign-in-messages.ts';
import type { ShownInvitation } from './read-invitation.ts';

/** Who is invited, as what, where, by whom. */
export function InvitationFacts({ invitation }: { invitation: ShownInvitation }) {
  const [say, roles] = [useMessages(staffSignInMessages), useMessages(peopleMessages)];
  const { name, email, role, placeName, officeName, roleEndsAt, inviter } = invitation;
  const ofRole = [
    { term: say.role, value: role ? (roles[role as StaffRole] ?? role) : null },
    { term: say.where, value: placeName ?? say.everywhere },
    { term: say.office, value: officeName ?? say.everyOffice },
    ...(roleEndsAt ? [{ term: say.until, value: <Time at={roleEndsAt} day /> }] : []),
  ];
  return (
    <Facts
      facts={[
        { term: say.who, value: name },
        { term: say.address, value: email },
        ...(role ? ofRole : []),
        { term: say.inviter, value: inviter ?? say.operator },
      ]}
    />
  );
}
