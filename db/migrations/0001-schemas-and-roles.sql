-- The schema tells the audience. A public door reads as charter_public, which the database lets into `released` and
-- nowhere else; a door that forgets a check therefore fails instead of leaking.
do $$
declare
  name text;
begin
  foreach name in array array['charter_app', 'charter_public', 'charter_granted'] loop
    if not exists (select from pg_roles where rolname = name) then
      execute format('create role %I login', name);
    end if;
    -- The login that migrates may act as each of them, so that one DATABASE_URL is enough (see docs/configuration.md).
    if not pg_has_role(current_user, name, 'member') then
      execute format('grant %I to %I', name, current_user);
    end if;
  end loop;
end $$;

create schema released;
create schema granted;
create schema private;

revoke all on schema public from public;

grant usage on schema released to charter_public, charter_granted, charter_app;
grant usage on schema granted to charter_granted, charter_app;
grant usage on schema private to charter_app;

alter default privileges in schema released grant select on tables to charter_public, charter_granted;
alter default privileges in schema released grant select, insert, update, delete on tables to charter_app;
alter default privileges in schema granted grant select on tables to charter_granted;
alter default privileges in schema granted grant select, insert, update, delete on tables to charter_app;
alter default privileges in schema private grant select, insert, update, delete on tables to charter_app;
alter default privileges in schema private grant usage on sequences to charter_app;
