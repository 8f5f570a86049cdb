-- Words of a dataset beside its title and description, for searches of the whole catalog (src/datasets/ckan).
-- array_to_string is immutable for text; PostgreSQL only cannot say so for every type of element.
create function released.dataset_words(slug text, keywords text[]) returns tsvector
  language sql immutable parallel safe
  return to_tsvector('english'::regconfig, replace(slug, '-', ' ') || ' ' || array_to_string(keywords, ' '));
grant execute on function released.dataset_words(text, text[]) to charter_app, charter_public, charter_granted;
create index dataset_words on released.dataset using gin (released.dataset_words(slug, keywords));
create index dataset_keywords on released.dataset using gin (keywords);
