import type { Queryable } from '../kit/database.ts';
import type { Language } from '../ui/language.ts';

/** What a report can be about, and the office that gets it: the owner, else one that shares in the data of its city. */
export type Subject = {
  dataset: { slug: string; title: string } | null;
  place: { slug: string; name: string; timeZone: string } | null;
  office: { slug: string; name: string; email: string | null } | null;
};

/**
 * The dataset of an address, as the public may see it: one that nobody may know of is none.
 * `place` is null where none is named, or none that gives numbers to cases.
 */
export async function findSubject(
  db: Queryable,
  input: { dataset: string; place: string; language: Language },
): Promise<Subject> {
  const { rows } = await db.query<Subject>(
    `with city_of as (
       select p.slug, c.slug as city, c.name, c.time_zone from released.place p
       join released.place c on c.slug = case p.kind when 'neighborhood' then p.parent else p.slug end
       where c.code is not null),
     subject as (
       select ds.slug, ds.office, coalesce(ds.translations -> $3 ->> 'title', ds.title) as title, c.city, c.name, c.time_zone
       from (values ($1::text, $2::text)) asked (dataset, place)
       left join released.dataset ds on ds.slug = asked.dataset
       left join city_of own on own.slug = ds.place
       left join city_of c on c.slug = coalesce(own.slug, asked.place))
     select case when s.slug is not null then json_build_object('slug', s.slug, 'title', s.title) end as dataset,
       case when s.city is not null then json_build_object('slug', s.city, 'name', s.name, 'timeZone', s.time_zone) end as place,
       (select json_build_object('slug', o.slug, 'name', o.name, 'email', o.email) from released.office o
        where o.place = s.city and (o.slug = s.office or o.shares <> '{}')
        order by (o.slug = s.office) is true desc, 'records-requests' = any(o.shares) desc, o.slug limit 1) as office
     from subject s`,
    [input.dataset, input.place, input.language],
  );
  return rows[0] as Subject;
}
