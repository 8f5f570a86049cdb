import type { Tx } from '../../kit/database.ts';
import type { StaffRole } from '../role.ts';

export type DemonstrationPerson = {
  name: string;
  email: string;
  roles: readonly { role: StaffRole; place?: string; office?: string }[];
};

/** Writes the invented people of the demonstration, with their roles. */
export async function addDemonstrationStaff(
  tx: Tx,
  people: readonly DemonstrationPerson[],
  now: Date,
): Promise<void> {
  for (const { name, email, roles } of people) {
    const { rows } = await tx.query<{ id: string }>(
      `insert into private.person (email, name, language, created_at, demonstration) values ($1, $2, 'en', $3, true)
       returning id`,
      [email, name, now],
    );
    for (const { role, place = null, office = null } of roles) {
      await tx.query(
        `insert into private.role_grant (person_id, role, place, office, starts_at, granted_by, created_at)
         values ($1, $2, $3, $4, $5, 'operator', $5)`,
        [rows[0]?.id, role, place, office, now],
      );
    }
  }
}
