import type { Ctx } from '../kit/context.ts';
import { checkPermission, permittedSql } from '../people/index.ts';
import { caseErasure } from './case-erasure.ts';

export type ErasableCase = {
  number: string;
  placeName: string;
  officeName: string | null;
  timeZone: string;
  closedAt: string;
  /** Somebody whom the case concerns has deleted the account; name or address still stand on it. */
  accountDeleted: boolean;
};

const mostListed = 50;

/**
 * Closed cases that still say something and for which no erasure waits, within the asker's places: first those of people
 * who deleted their account, then by when they were closed. Errors: signed-out, not-allowed.
 */
export async function listErasableCases(ctx: Ctx): Promise<ErasableCase[]> {
  checkPermission(ctx, 'see-case-erasures');
  const values: unknown[] = [caseErasure];
  const seen = permittedSql(ctx, 'see-case-erasures', { place: 'c.place', office: 'c.office' }, values);
  // Whose account a party was is in what the events seal: the column lets go of a person who is deleted.
  const { rows } = await ctx.app.query<ErasableCase>(
    `select c.number, pl.name as "placeName", o.name as "officeName", pl.time_zone as "timeZone",
       c.closed_at as "closedAt", exists (
         select from private.case_party p
           join private.case_event_content x on x.case_id = p.case_id
           cross join lateral (select x.content -> 'rows' -> ('case_party ' || p.id) ->> 'person_id' as person) was
         where p.case_id = c.id and p.person_id is null and coalesce(p.name, p.email, p.address) is not null
           and was.person is not null
           and not exists (select from private.person a where a.id::text = was.person)) as "accountDeleted"
     from private.case_record c join released.place pl on pl.slug = c.place
       left join released.office o on o.slug = c.office
     where c.closed_at is not null and ${seen}
       and not exists (select from private.case_erasure e where e.case_id = c.id)
       and not exists (select from private.proposal w
         where w.kind = $1 and w.subject = 'case:' || c.id and w.decision is null)
     order by "accountDeleted" desc, c.closed_at, c.id limit ${mostListed}`,
    values,
  );
  return rows;
}
