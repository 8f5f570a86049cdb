-- What a dataset's description says beside its title, its dictionary, and the versions in which both were published
-- (src/release/describe/description.ts).
alter table private.dataset
  -- The office that holds the data; null: the owner itself.
  add custodian text references released.office,
  add contact text,
  -- Where no license is stated: the page that was read, its address, and the day.
  add license_gap jsonb,
  add terms text,
  -- The owner promises no frequency; without it and without update_every nobody has said yet.
  add no_promise boolean not null default false,
  add coverage_area text,
  add covers_from date,
  add covers_to date,
  add retention_rule text,
  -- Where no rule says how long it is kept: the office to ask.
  add retention_ask text references released.office;
alter table released.dataset
  add custodian text,
  add contact text,
  add license_gap jsonb,
  add terms text,
  add no_promise boolean not null default false,
  add coverage_area text,
  add covers_from date,
  add covers_to date,
  add retention_rule text,
  add retention_ask text;

-- A column as release policies name it: of readings `result:<ObservedProperty>`, of a table its name.
create table private.dictionary_column (
  dataset_id bigint not null references private.dataset on delete cascade,
  name text not null,
  kind text not null check (kind in ('number', 'text', 'true-false', 'time', 'place', 'object')),
  unit text,
  meaning jsonb not null,
  sensitivity text not null check (sensitivity in ('none', 'personal', 'location-of-a-person', 'security')),
  described_by text not null,
  described_at timestamptz not null,
  primary key (dataset_id, name)
);

-- Who described a column is for staff.
create table released.dictionary_column (
  dataset_id bigint not null references released.dataset on delete cascade,
  name text not null,
  kind text not null,
  unit text,
  meaning jsonb not null,
  sensitivity text not null,
  described_at timestamptz not null,
  primary key (dataset_id, name)
);

create table private.dataset_version (
  dataset_id bigint not null references private.dataset on delete cascade,
  number int not null,
  at timestamptz not null,
  -- The parts of the description that differ from the version before.
  changed text[] not null,
  -- SHA-256 of content as canonical JSON, hexadecimal.
  checksum text not null check (checksum ~ '^[0-9a-f]{64}$'),
  content jsonb not null,
  policy_version int,
  -- How to cite it, without its address.
  citation text not null,
  primary key (dataset_id, number)
);
revoke update, delete, truncate on private.dataset_version from charter_app;

create table released.dataset_version (
  dataset_id bigint not null references released.dataset on delete cascade,
  number int not null,
  at timestamptz not null,
  changed text[] not null,
  checksum text not null,
  content jsonb not null,
  policy_version int,
  citation text not null,
  primary key (dataset_id, number)
);
