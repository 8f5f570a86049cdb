import { useMessages } from '../../ui/language-context.tsx';
import { Time } from '../../ui/time.tsx';
import { wherePhrase } from './invitation-letters.ts';
import { staffMessages } from './staff-messages.ts';

/** Where a role is for, and who lent it. */
export function RoleWhere({
  role,
}: {
  role: { placeName: string | null; officeName: string | null; lentBy?: string | null };
}) {
  const say = useMessages(staffMessages);
  const where = wherePhrase(say, role.placeName, role.officeName);
  return role.lentBy ? `${where} (${say.lentBy(role.lentBy)})` : where;
}

/** The last day of a role: it ends with the day, so the moment after it would name the next. */
export function RoleEnd({ endsAt }: { endsAt: string | null }) {
  const say = useMessages(staffMessages);
  return endsAt ? <Time at={new Date(Date.parse(endsAt) - 1).toISOString()} day /> : say.noEnd;
}
