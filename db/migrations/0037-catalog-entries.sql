-- What the catalog searches, sorts and counts by: one narrow row for each dataset in it, so that ten thousand are searched
-- quickly (src/release/project-catalog.ts). It changes and goes with its dataset, in the same transaction.
create table released.catalog_entry (
  dataset_id bigint primary key references released.dataset on delete cascade,
  slug text not null,
  title text not null,
  title_es text not null,
  -- The city: of a neighborhood, the one it belongs to.
  city text,
  topic text not null,
  office text,
  access text not null,
  -- The newest reading, seconds old (src/datasets/refresh-catalog.ts).
  last_at timestamptz,
  -- Names of place and office, and the city: where they are others now, the row is made anew.
  names text not null,
  -- All words in both languages: title, description, keywords, names of place and office.
  words tsvector not null
);
create index catalog_entry_words on released.catalog_entry using gin (words);

insert into released.catalog_entry (dataset_id, slug, title, title_es, city, topic, office, access, last_at, names, words)
select ds.id, ds.slug, ds.title, coalesce(ds.translations -> 'es' ->> 'title', ds.title),
  case when p.kind = 'neighborhood' then p.parent else p.slug end, ds.topic, ds.office, ds.access,
  (select max(least(e.phenomenon_to, e.arrived_at)) from released.datastream d
   join released.datastream_extent e on e.datastream_id = d.id where d.dataset_id = ds.id),
  concat_ws('|', p.name, o.name, case when p.kind = 'neighborhood' then p.parent else p.slug end),
  ds.search || to_tsvector('english', concat_ws(' ', array_to_string(ds.keywords, ' '), p.name, o.name))
from released.dataset ds left join released.place p on p.slug = ds.place left join released.office o on o.slug = ds.office;
