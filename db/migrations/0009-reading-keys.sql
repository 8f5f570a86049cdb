-- A key that a person made for reading what is open. It writes nothing; it goes with the person's account.
alter table private.api_key
  add column person_id bigint references private.person on delete cascade,
  add column purpose text,
  add check ((person_id is null) = (purpose is null)),
  add check (person_id is null or dataset_id is null);
create index api_key_person on private.api_key (person_id) where person_id is not null;
