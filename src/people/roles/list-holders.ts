import type { Queryable } from '../../kit/database.ts';
import type { StaffRole } from '../role.ts';
import { notEnded } from './list-staff.ts';

export type Holder = {
  personId: string;
  email: string;
  language: string;
  /** Null: for every place. */
  places: (string | null)[];
};

/** Who holds a role at that moment, and for which places; the invented staff of a demonstration are not among them. */
export async function listHolders(db: Queryable, role: StaffRole, now: Date): Promise<Holder[]> {
  const { rows } = await db.query<Holder>(
    `select p.id::text as "personId", p.email, p.language, json_agg(g.place) as places
     from private.role_grant g join private.person p on p.id = g.person_id
     where g.role = $2 and g.starts_at <= $1 and ${notEnded} and not p.demonstration
     group by p.id order by p.id`,
    [now, role],
  );
  return rows;
}
