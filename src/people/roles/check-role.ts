import type { Ctx } from '../../kit/context.ts';
import type { Tx } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission, reachesBeyondOffice } from '../permissions.ts';
import { type StaffRole, staffRoles } from '../role.ts';

/** A role as somebody asks for it: `lastDay` is YYYY-MM-DD, through its end in the place's zone. */
export type RoleInput = {
  role: string;
  place: string | null;
  office: string | null;
  lastDay?: string | null;
};

/**
 * Whether the asker may give this role to this person (`person:7`, or null for somebody who has no account yet), and
 * whether there is such a role, place, office and day. Returns when the role ends.
 * Errors: signed-out, not-allowed, invalid (`details.field`).
 */
export async function checkRole(
  tx: Tx,
  ctx: Ctx,
  input: RoleInput,
  person: string | null,
): Promise<{ endsAt: Date | null }> {
  const { role, place, office, lastDay } = input;
  checkManages(ctx, input, person);
  const wrong = (field: string, message: string) => new Problem('invalid', message, { details: { field } });
  if (!(staffRoles as readonly string[]).includes(role))
    throw wrong('role', `There is no role “${role}”. Choose one of: ${staffRoles.join(', ')}.`);
  // An office's administrator must not make what reaches further than himself.
  if (office !== null && reachesBeyondOffice(role as StaffRole))
    checkPermission(ctx, 'manage-staff', { place, office: null, person });
  if (role === 'installation-operator' && place !== null)
    throw wrong('place', 'An operator is for the whole installation: choose no place.');
  if (lastDay && !/^\d{4}-\d{2}-\d{2}$/.test(lastDay))
    throw wrong('lastDay', 'Write the last day as YYYY-MM-DD, such as 2027-06-30.');
  const { rows } = await tx.query<{ place: boolean; office: boolean; zone: string }>(
    `select exists (select from released.place where slug = $1) as place,
       exists (select from released.office where slug = $2 and place = $1) as office,
       coalesce((select time_zone from released.place where slug = $1),
         (select time_zone from released.place where parent is null order by slug limit 1), 'UTC') as zone`,
    [place, office],
  );
  const found = rows[0] as { place: boolean; office: boolean; zone: string };
  if (place !== null && !found.place) throw wrong('place', `There is no place “${place}”.`);
  if (office !== null && !found.office)
    throw wrong('office', `There is no office “${office}” in ${place ?? 'every place'}.`);
  if (!lastDay) return { endsAt: null };
  const endsAt = await endOfDay(tx, lastDay, found.zone);
  if (!endsAt || endsAt <= ctx.clock.now())
    throw wrong('lastDay', 'The last day must be a day of the calendar, today or later.');
  return { endsAt };
}

/** Errors: signed-out, not-allowed, when this role of this person is not for the asker to give, take or act upon. */
export function checkManages(
  ctx: Ctx,
  { role, place, office }: Pick<RoleInput, 'place' | 'office'> & { role: string | null },
  person: string | null,
): void {
  checkPermission(ctx, 'manage-staff', { place, office, person });
  if (role === 'installation-operator') checkPermission(ctx, 'appoint-operators', { place, office, person });
}

/** The end of a day in a zone; undefined when the calendar has no such day. */
export async function endOfDay(tx: Tx, day: string, zone: string): Promise<Date | undefined> {
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || !date.toISOString().startsWith(day)) return undefined;
  const { rows } = await tx.query<{ at: string }>('select ($1::date + 1)::timestamp at time zone $2 as at', [
    day,
    zone,
  ]);
  return rows[0] && new Date(rows[0].at);
}
