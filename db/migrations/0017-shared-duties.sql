-- Which duties an office has for every dataset of its place, beside the office that owns it.
alter table released.office
  add column shares text[] not null default '{}' check (shares <@ array['records-requests', 'data-platform']);
