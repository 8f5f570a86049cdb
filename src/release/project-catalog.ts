import type { Queryable } from '../kit/database.ts';

import { shownAccessSql } from './particulars.ts';

const city = `case when p.kind = 'neighborhood' then p.parent else p.slug end`;
/** What a row was made of that says when it is to be made anew: of the dataset `ds`, its place `p` and its office `o`. */
const names = `concat_ws('|', p.name, o.name, ${city}, ds.slug)`;
const named = `left join released.place p on p.slug = ds.place left join released.office o on o.slug = ds.office`;
/** A reading dated 9999 is no newer than when it came. */
const newest = 'max(least(e.phenomenon_to, e.arrived_at))';
const columns = 'slug, title, title_es, city, topic, office, access, last_at, names, words';

/**
 * Brings into line what the catalog searches and counts by for these datasets, once their entries in `released` are. One that
 * left has no row: it went with its entry.
 */
export async function projectCatalog(db: Queryable, ids: readonly string[]): Promise<void> {
  await db.query(
    `insert into released.catalog_entry (dataset_id, ${columns})
     select ds.id, ds.slug, ds.title, coalesce(ds.translations -> 'es' ->> 'title', ds.title), ${city}, ds.topic, ds.office,
       ${shownAccessSql}, (select ${newest} from released.datastream d
         join released.datastream_extent e on e.datastream_id = d.id where d.dataset_id = ds.id), ${names},
       ds.search || to_tsvector('english', concat_ws(' ', array_to_string(ds.keywords, ' '), p.name, o.name, ds.slug))
     from released.dataset ds ${named} where ds.id = any($1::bigint[])
     on conflict (dataset_id) do update set ${columns
       .split(', ')
       .map((column) => `${column} = excluded.${column}`)
       .join(', ')}`,
    [ids],
  );
}

/** The same for readings that came, and for datasets whose place or office is called otherwise now. */
export async function refreshEntries(db: Queryable): Promise<void> {
  await db.query(
    `update released.catalog_entry c set last_at = x.last_at
     from (select ds.id, ${newest} as last_at from released.dataset ds left join released.datastream d on d.dataset_id = ds.id
           left join released.datastream_extent e on e.datastream_id = d.id group by ds.id) x
     where x.id = c.dataset_id and x.last_at is distinct from c.last_at`,
  );
  const { rows } = await db.query<{ id: string }>(
    `select ds.id from released.dataset ds ${named} join released.catalog_entry c on c.dataset_id = ds.id
     where c.names <> ${names}`,
  );
  if (rows.length > 0)
    await projectCatalog(
      db,
      rows.map(({ id }) => id),
    );
}
