-- Made by `npm run db:dump` from db/migrations. Do not edit.

grant usage on schema granted to charter_app;

grant usage on schema granted to charter_granted;

grant usage on schema private to charter_app;

grant usage on schema released to charter_app;

grant usage on schema released to charter_granted;

grant usage on schema released to charter_public;

grant usage on schema visible to charter_app;

grant usage on schema visible to charter_granted;

alter default privileges in schema granted grant delete, insert, select, update on tables to charter_app;

alter default privileges in schema granted grant select on tables to charter_granted;

alter default privileges in schema private grant delete, insert, select, update on tables to charter_app;

alter default privileges in schema private grant usage on sequences to charter_app;

alter default privileges in schema released grant delete, insert, select, update on tables to charter_app;

alter default privileges in schema released grant select on tables to charter_granted;

alter default privileges in schema released grant select on tables to charter_public;

CREATE OR REPLACE FUNCTION granted.datasets()
 RETURNS bigint[]
 LANGUAGE sql
 STABLE
RETURN COALESCE((NULLIF(current_setting('charter_oak.datasets'::text, true), ''::text))::bigint[], '{}'::bigint[]);
-- runs with the rights of whoever calls it; may be called by public

CREATE OR REPLACE FUNCTION private.bind_relation(of_table bigint, generation integer)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  name text := private.table_name(of_table, generation);
begin
  execute format('alter table granted.%I enable row level security', name);
  execute format('create policy written_by_app on granted.%I to charter_app using (true) with check (true)', name);
  execute format('create policy bound on granted.%I for select to charter_granted using (exists (select from granted.data_table d where d.id = %s))',
    name, of_table);
end $function$;
-- runs with the rights of whoever calls it; may be called by its owner alone

CREATE OR REPLACE FUNCTION private.case_rows(of bigint)
 RETURNS TABLE(part text, fields jsonb)
 LANGUAGE sql
 STABLE
AS $function$
  select 'case_record', jsonb_build_object('number', c.number, 'kind', c.kind, 'state', c.state, 'place', c.place,
    'office', c.office, 'assignee', c.assignee::text, 'title', private.hash_of(c.title),
    'urgent', c.urgent, 'opened_at', extract(epoch from c.opened_at)::text, 'closed_at', extract(epoch from c.closed_at)::text,
    'due_at', extract(epoch from c.due_at)::text, 'link_hash', encode(c.link_hash, 'hex'))
  from private.case_record c where c.id = of
  union all
  select 'case_party ' || p.id, jsonb_build_object('role', p.role, 'person_id', p.person_id::text,
    'name', private.hash_of(p.name), 'email', private.hash_of(p.email), 'address', private.hash_of(p.address),
    'language', p.language, 'added_at', extract(epoch from p.added_at)::text)
  from private.case_party p where p.case_id = of
  union all
  select 'case_document ' || d.id, jsonb_build_object('name', private.hash_of(d.name), 'media_type', d.media_type,
    'audience', d.audience, 'sha256', encode(d.sha256, 'hex'), 'added_by', d.added_by,
    'added_at', extract(epoch from d.added_at)::text)
  from private.case_document d where d.case_id = of
  union all
  select 'case_note ' || n.id, jsonb_build_object('body', private.hash_of(n.body), 'written_by', n.written_by,
    'written_at', extract(epoch from n.written_at)::text)
  from private.case_note n where n.case_id = of
  union all
  select 'case_task ' || t.id, jsonb_build_object('title', private.hash_of(t.title), 'office', t.office,
    'assignee', t.assignee::text, 'due_at', extract(epoch from t.due_at)::text, 'created_by', t.created_by,
    'created_at', extract(epoch from t.created_at)::text, 'done_by', t.done_by,
    'done_at', extract(epoch from t.done_at)::text)
  from private.case_task t where t.case_id = of
  union all
  select 'case_deadline ' || d.id, jsonb_build_object('kind', d.kind, 'due_at', extract(epoch from d.due_at)::text,
    'derivation', private.hash_of(d.derivation::text), 'set_at', extract(epoch from d.set_at)::text,
    'fired_at', extract(epoch from d.fired_at)::text, 'ended_at', extract(epoch from d.ended_at)::text,
    'ending', d.ending)
  from private.case_deadline d where d.case_id = of
  union all
  select 'question', jsonb_build_object('rule_id', q.rule_id, 'topic', q.topic, 'aspect', q.aspect, 'place', q.place,
    'question', private.hash_of(q.question), 'language', q.language, 'share_email', q.share_email,
    'answer', private.hash_of(q.answer), 'answer_how', q.answer_how,
    'answer_day', to_char(q.answer_day, 'YYYY-MM-DD'), 'answered_by', q.answered_by,
    'answered_at', extract(epoch from q.answered_at)::text)
  from private.question q where q.case_id = of
  union all
  select 'report', jsonb_build_object('what', r.what, 'dataset', r.dataset, 'from_day', to_char(r.from_day, 'YYYY-MM-DD'),
    'to_day', to_char(r.to_day, 'YYYY-MM-DD'), 'spot', private.hash_of(r.spot), 'said', private.hash_of(r.said),
    'language', r.language, 'reply', private.hash_of(r.reply), 'fixed_in', r.fixed_in, 'replied_by', r.replied_by,
    'replied_at', extract(epoch from r.replied_at)::text)
  from private.report r where r.case_id = of
  union all
  select 'breach', jsonb_build_object('takedown_id', b.takedown_id::text, 'exposure', private.hash_of(b.exposure::text),
    'redaction', b.redaction, 'redaction_reason', private.hash_of(b.redaction_reason),
    'redaction_source', private.hash_of(b.redaction_source), 'redaction_by', b.redaction_by,
    'redaction_at', extract(epoch from b.redaction_at)::text, 'statement', private.hash_of(b.statement))
  from private.breach b where b.case_id = of
$function$;
-- runs with the rights of whoever calls it; may be called by public

CREATE OR REPLACE FUNCTION private.drop_relation(audience text, of_table bigint, generation integer)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if audience is null or audience not in ('private', 'released', 'granted') then
    raise exception 'no such schema';
  end if;
  if exists (select from private.data_table d where d.id = of_table and d.generation = drop_relation.generation and d.lies = audience)
    or exists (select from released.data_table d where d.id = of_table and d.generation = drop_relation.generation and audience = 'released')
    or exists (select from granted.data_table d where d.id = of_table and d.generation = drop_relation.generation and audience = 'granted') then
    raise exception 'this table is in use';
  end if;
  execute format('drop table %I.%I', audience, private.table_name(of_table, generation));
end $function$;
-- runs with the rights of its owner; may be called by charter_app

CREATE OR REPLACE FUNCTION private.erase_question()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update private.question set question = '', answer = case when answer is null then null else '' end
  where case_id = new.case_id;
  return null;
end $function$;
-- runs with the rights of whoever calls it; may be called by public

CREATE OR REPLACE FUNCTION private.erase_report()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update private.report set spot = '', said = '', reply = case when reply is null then null else '' end
  where case_id = new.case_id;
  update private.breach set exposure = '{}', statement = case when statement is null then null else '' end,
    redaction_reason = case when redaction is null then null else '' end,
    redaction_source = case when redaction is null then null else '' end
  where case_id = new.case_id;
  return null;
end $function$;
-- runs with the rights of whoever calls it; may be called by public

CREATE OR REPLACE FUNCTION private.guard_audit_erasure()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_level = 'ROW' then
    if exists (
      select from private.proposal p
      where p.id::text = current_setting('charter_oak.erasure', true) and p.kind = 'audit-erasure'
        and p.decision = 'approved' and p.xmin = pg_current_xact_id()::xid
        and p.content -> 'before' -> 'commitments' ? old.number::text
    ) then return old; end if;
  end if;
  raise exception 'private.audit_content is kept: % is refused', lower(tg_op)
    using errcode = 'insufficient_privilege',
      hint = 'What an event said is erased by approving a proposal of kind audit-erasure, in the same transaction.';
end $function$;
-- runs with the rights of whoever calls it; may be called by public

CREATE OR REPLACE FUNCTION private.guard_case_content()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' and tg_level = 'ROW' then
    if exists (
      select from private.case_erasure e
      where e.case_id = old.case_id and e.xmin = pg_current_xact_id()::xid
    ) then return old; end if;
  end if;
  raise exception 'private.% is kept: % is refused', tg_table_name, lower(tg_op)
    using errcode = 'insufficient_privilege',
      hint = 'What a closed case says is erased by approving a proposal of kind case-erasure.';
end $function$;
-- runs with the rights of whoever calls it; may be called by public

CREATE OR REPLACE FUNCTION private.guard_case_erasure()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (
    select from private.proposal p
    where p.id = new.proposal_id and p.kind = 'case-erasure' and p.subject = 'case:' || new.case_id
      and p.decision = 'approved' and p.xmin = pg_current_xact_id()::xid
  ) then return new; end if;
  raise exception 'private.case_erasure: no approval of this transaction names the case'
    using errcode = 'insufficient_privilege';
end $function$;
-- runs with the rights of whoever calls it; may be called by public

CREATE OR REPLACE FUNCTION private.guard_destruction()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (
    select from private.destruction_run r
    join private.disposition d on d.id = r.disposition_id and d.dataset_id = r.dataset_id and d.series = r.series
    join private.proposal p on p.id = d.proposal_id and p.decision = 'approved' and p.decided_by <> p.proposed_by
    join released.rule u on u.id = d.rule_id and u.recorded_at = d.rule_recorded_at
      and u.body -> 'value' ->> 'state' = 'specified' and u.body -> 'value' -> 'value' ->> 'kind' = 'period'
    join lateral (
      select s.rule_id, s.duty, s.clock from private.retention_series s
      where s.dataset_id = r.dataset_id and s.series = r.series order by s.id desc limit 1
    ) s on s.rule_id = d.rule_id and s.clock = 'phenomenon-time'
    where r.id = case when tg_table_name = 'destruction_run' then (to_jsonb(new) ->> 'id')::bigint
                 else (to_jsonb(new) ->> 'run_id')::bigint end
      and r.certificate is null
      and case when d.until is null then s.duty = 'must' else r.cutoff <= d.until end
      and not exists (select from private.disposition_end e where e.disposition_id = d.id)
      and not exists (
        select from released.rule n where n.body -> 'supersedes' ->> 'id' = d.rule_id
          and (n.body -> 'supersedes' ->> 'recordedAt')::timestamptz = d.rule_recorded_at)
  ) then return null; end if;
  raise exception 'private.%: no approved disposition under a specified rule is in force', tg_table_name
    using errcode = 'insufficient_privilege', constraint = 'leave_to_destroy';
end $function$;
-- runs with the rights of whoever calls it; may be called by public

CREATE OR REPLACE FUNCTION private.guard_disposition()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (
    select from private.proposal p
    where p.id = new.proposal_id and p.kind = 'disposition' and p.subject = 'dataset:' || new.dataset_id
      and p.decision = 'approved' and p.decided_by <> p.proposed_by and p.xmin = pg_current_xact_id()::xid
  ) then return new; end if;
  raise exception 'private.disposition: no approval of this transaction names the dataset'
    using errcode = 'insufficient_privilege';
end $function$;
-- runs with the rights of whoever calls it; may be called by public

CREATE OR REPLACE FUNCTION private.hash_of(said text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE STRICT
AS $function$
  select encode(sha256(convert_to(said, 'UTF8')), 'hex')
$function$;
-- runs with the rights of whoever calls it; may be called by public

CREATE OR REPLACE FUNCTION private.index_relation(audience text, of_table bigint, generation integer, columns integer[], words boolean)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  name text := private.table_name(of_table, generation);
  relation oid := to_regclass(format('%I.%I', audience, name));
  at int;
  kind text;
  texts text;
begin
  if relation is null or audience not in ('private', 'released', 'granted') then
    raise exception 'no such table';
  end if;
  execute format('create unique index if not exists %I on %I.%I (_id)', name || '_id', audience, name);
  foreach at in array columns loop
    select format_type(atttypid, atttypmod) into kind from pg_attribute
      where attrelid = relation and attname = 'c' || at and not attisdropped;
    if kind is null then
      raise exception 'no such column';
    elsif kind = 'text' then
      execute format('create index if not exists %I on %I.%I ("left"(%I, 100), _id)', name || '_c' || at, audience, name, 'c' || at);
    elsif kind = 'point' then
      execute format('create index if not exists %I on %I.%I using gist (%I)', name || '_c' || at, audience, name, 'c' || at);
    else
      execute format('create index if not exists %I on %I.%I (%I, _id)', name || '_c' || at, audience, name, 'c' || at);
    end if;
  end loop;
  if words then
    select string_agg(format('coalesce(%I, '''')', attname), ' || '' '' || ' order by attnum) into texts from pg_attribute
      where attrelid = relation and atttypid = 'text'::regtype and attnum > 0 and not attisdropped;
    if texts is not null then
      execute format('create index if not exists %I on %I.%I using gin (to_tsvector(''simple''::regconfig, "left"(%s, 20000)))',
        name || '_words', audience, name, texts);
    end if;
  end if;
  execute format('analyze %I.%I', audience, name);
end $function$;
-- runs with the rights of its owner; may be called by charter_app

CREATE OR REPLACE FUNCTION private.list_relations()
 RETURNS TABLE(audience text, of_table bigint, generation integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select n.nspname::text, split_part(substr(c.relname, 2), '_', 1)::bigint, split_part(c.relname, '_', 2)::int
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('private', 'released', 'granted') and c.relkind = 'r' and c.relname ~ '^t[0-9]{1,18}_[0-9]{1,9}$'
$function$;
-- runs with the rights of its owner; may be called by charter_app

CREATE OR REPLACE FUNCTION private.make_relation(audience text, of_table bigint, generation integer, types text[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  columns text;
begin
  if audience is null or audience not in ('private', 'released', 'granted') then
    raise exception 'no such schema';
  end if;
  if of_table is null or of_table < 1 or generation is null or generation < 1 then
    raise exception 'no such table';
  end if;
  if coalesce(cardinality(types), 0) not between 1 and 500 then
    raise exception 'a table has 1 to 500 columns';
  end if;
  select string_agg(format('%I %s', 'c' || at, case word
      when 'text' then 'text' when 'integer' then 'bigint' when 'number' then 'double precision'
      when 'boolean' then 'boolean' when 'date' then 'date' when 'time' then 'timestamptz' when 'place' then 'point' end),
      ', ' order by at)
    into columns
    from unnest(types) with ordinality as given (word, at)
    where word in ('text', 'integer', 'number', 'boolean', 'date', 'time', 'place');
  if (select count(*) from unnest(types) word
      where word in ('text', 'integer', 'number', 'boolean', 'date', 'time', 'place')) <> cardinality(types) then
    raise exception 'no such type';
  end if;
  execute format('create table %I.%I (_id bigint not null, %s)', audience, private.table_name(of_table, generation), columns);
  if audience = 'granted' then
    perform private.bind_relation(of_table, generation);
  end if;
end $function$;
-- runs with the rights of its owner; may be called by charter_app

CREATE OR REPLACE FUNCTION private.may_touch(geometry jsonb, box double precision[])
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select coalesce(min(x) <= box[3] and max(x) >= box[1] and min(y) <= box[4] and max(y) >= box[2], true)
  from (select (p ->> 0)::float8 as x, (p ->> 1)::float8 as y
        from jsonb_path_query(geometry, 'strict $.** ? (@.type() == "array" && @[0].type() == "number" && @[1].type() == "number")', '{}', true) p) points
$function$;
-- runs with the rights of whoever calls it; may be called by public

CREATE OR REPLACE FUNCTION private.move_relation(of_table bigint, generation integer, source text, target text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  name text := private.table_name(of_table, generation);
begin
  if source not in ('private', 'released', 'granted') or target not in ('private', 'released', 'granted')
    or to_regclass(format('%I.%I', source, name)) is null then
    raise exception 'no such table';
  end if;
  if source = target then
    return;
  end if;
  execute format('revoke all on %I.%I from charter_public, charter_granted', source, name);
  if source = 'granted' then
    execute format('drop policy bound on granted.%I', name);
    execute format('drop policy written_by_app on granted.%I', name);
    execute format('alter table granted.%I disable row level security', name);
  end if;
  execute format('alter table %I.%I set schema %I', source, name, target);
  if target = 'released' then
    execute format('grant select on %I.%I to charter_public, charter_granted', target, name);
  elsif target = 'granted' then
    perform private.bind_relation(of_table, generation);
    execute format('grant select on %I.%I to charter_granted', target, name);
  end if;
end $function$;
-- runs with the rights of its owner; may be called by charter_app

CREATE OR REPLACE FUNCTION private.refuse_audit_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'private.audit_event is append-only: % is refused', lower(tg_op)
    using errcode = 'insufficient_privilege',
      hint = 'Record a new event that corrects the old one. What an event said can be erased from private.audit_content.';
end $function$;
-- runs with the rights of whoever calls it; may be called by public

CREATE OR REPLACE FUNCTION private.refuse_case_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'private.% is append-only: % is refused', tg_table_name, lower(tg_op)
    using errcode = 'insufficient_privilege',
      hint = 'Record a new event that corrects the old one.';
end $function$;
-- runs with the rights of whoever calls it; may be called by public

CREATE OR REPLACE FUNCTION private.refuse_content()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from private.dataset where id = new.dataset_id and kind <> 'own') then
    raise exception 'dataset % is an entry without content', new.dataset_id
      using errcode = 'check_violation', constraint = 'dataset_without_content';
  end if;
  return new;
end $function$;
-- runs with the rights of whoever calls it; may be called by public

CREATE OR REPLACE FUNCTION private.refuse_retention_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'private.% is append-only: % is refused', tg_table_name, lower(tg_op)
    using errcode = 'insufficient_privilege',
      hint = 'Record a new row: what was so stays readable.';
end $function$;
-- runs with the rights of whoever calls it; may be called by public

CREATE OR REPLACE FUNCTION private.table_name(of_table bigint, generation integer)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
RETURN ((('t'::text || (of_table)::text) || '_'::text) || (generation)::text);
-- runs with the rights of whoever calls it; may be called by charter_app

CREATE OR REPLACE FUNCTION private.withhold_table()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  delete from released.data_table where dataset_id = new.id;
  delete from granted.data_table where dataset_id = new.id;
  return null;
end $function$;
-- runs with the rights of whoever calls it; may be called by public

CREATE OR REPLACE FUNCTION released.dataset_words(slug text, keywords text[])
 RETURNS tsvector
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN to_tsvector('english'::regconfig, ((replace(slug, '-'::text, ' '::text) || ' '::text) || array_to_string(keywords, ' '::text)));
-- runs with the rights of whoever calls it; may be called by public, charter_app, charter_granted, charter_public

CREATE OR REPLACE FUNCTION released.refuse_rule_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'released.rule is append-only: % is refused', lower(tg_op)
    using errcode = 'insufficient_privilege', hint = 'Record a new rule that supersedes the old one.';
end $function$;
-- runs with the rights of whoever calls it; may be called by public

CREATE OR REPLACE FUNCTION released.withdraw_files_of_moved()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update private.published_file set ended_at = now(), ended_why = case when made_at is null then 'unfinished' else 'withdrawn' end
  where ended_at is null and dataset_id in (select o.dataset_id from gone o join come n on n.id = o.id where n.dataset_id <> o.dataset_id);
  delete from released.published_file
  where dataset_id in (select o.dataset_id from gone o join come n on n.id = o.id where n.dataset_id <> o.dataset_id);
  return null;
end $function$;
-- runs with the rights of whoever calls it; may be called by public

CREATE OR REPLACE FUNCTION released.withdraw_published_files()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update private.published_file set ended_at = now(), ended_why = case when made_at is null then 'unfinished' else 'withdrawn' end
  where ended_at is null and dataset_id in (select dataset_id from gone);
  delete from released.published_file where dataset_id in (select dataset_id from gone);
  return null;
end $function$;
-- runs with the rights of whoever calls it; may be called by public

create table granted.arrival (
  datastream_id bigint not null,
  id bigint not null default nextval('private.arrival_id'::regclass),
  tx xid8 not null default pg_current_xact_id(),
  first_id bigint not null,
  last_id bigint not null,
  readings integer not null,
  at timestamp with time zone not null default now(),
  PRIMARY KEY (datastream_id, tx, id)
);
CREATE INDEX arrival_at_idx ON granted.arrival USING btree (at);
CREATE INDEX arrival_tx_id_idx ON granted.arrival USING btree (tx, id);
alter table granted.arrival enable row level security;
create policy bound on granted.arrival for select to charter_granted using ((datastream_id = ANY (ARRAY( SELECT d.id
   FROM granted.datastream d))));
create policy written_by_app on granted.arrival for all to charter_app using (true) with check (true);
grant delete, insert, select, update on granted.arrival to charter_app;
grant select on granted.arrival to charter_granted;

create table granted.data_table (
  id bigint not null,
  dataset_id bigint not null,
  generation integer not null,
  rows bigint not null,
  last_row bigint not null,
  zone text not null,
  version integer not null,
  policy_version integer not null default 0,
  changed_at timestamp with time zone not null,
  UNIQUE (dataset_id),
  PRIMARY KEY (id)
);
alter table granted.data_table enable row level security;
create policy bound on granted.data_table for select to charter_granted using ((dataset_id = ANY (COALESCE((NULLIF(current_setting('charter_oak.datasets'::text, true), ''::text))::bigint[], '{}'::bigint[]))));
create policy written_by_app on granted.data_table for all to charter_app using (true) with check (true);
grant delete, insert, select, update on granted.data_table to charter_app;
grant select on granted.data_table to charter_granted;

create table granted.datastream (
  id bigint not null,
  dataset_id bigint not null,
  external_key text,
  thing_id bigint not null,
  sensor_id bigint not null,
  observed_property_id bigint not null,
  name text not null,
  description text not null,
  observation_type text not null,
  unit_of_measurement jsonb not null,
  observed_area jsonb,
  properties jsonb,
  plausible_low double precision,
  plausible_high double precision,
  PRIMARY KEY (id)
);
CREATE INDEX datastream_dataset_id_idx ON granted.datastream USING btree (dataset_id);
CREATE INDEX datastream_observed_property_id_idx ON granted.datastream USING btree (observed_property_id);
CREATE INDEX datastream_sensor_id_idx ON granted.datastream USING btree (sensor_id);
CREATE INDEX datastream_thing_id_idx ON granted.datastream USING btree (thing_id);
alter table granted.datastream enable row level security;
create policy bound on granted.datastream for select to charter_granted using ((dataset_id = ANY (granted.datasets())));
create policy written_by_app on granted.datastream for all to charter_app using (true) with check (true);
grant delete, insert, select, update on granted.datastream to charter_app;
grant select on granted.datastream to charter_granted;

create table granted.datastream_extent (
  datastream_id bigint not null,
  readings bigint not null default 0,
  phenomenon_from timestamp with time zone,
  phenomenon_to timestamp with time zone,
  result_from timestamp with time zone,
  result_to timestamp with time zone,
  arrived_at timestamp with time zone,
  PRIMARY KEY (datastream_id)
);
alter table granted.datastream_extent enable row level security;
create policy bound on granted.datastream_extent for select to charter_granted using ((datastream_id = ANY (ARRAY( SELECT d.id
   FROM granted.datastream d))));
create policy written_by_app on granted.datastream_extent for all to charter_app using (true) with check (true);
grant delete, insert, select, update on granted.datastream_extent to charter_app;
grant select on granted.datastream_extent to charter_granted;

create table granted.feature_of_interest (
  id bigint not null,
  dataset_id bigint not null,
  location_id bigint,
  name text not null,
  description text not null,
  encoding_type text not null,
  feature jsonb not null,
  properties jsonb,
  PRIMARY KEY (id)
);
alter table granted.feature_of_interest enable row level security;
create policy bound on granted.feature_of_interest for select to charter_granted using ((dataset_id = ANY (granted.datasets())));
create policy written_by_app on granted.feature_of_interest for all to charter_app using (true) with check (true);
grant delete, insert, select, update on granted.feature_of_interest to charter_app;
grant select on granted.feature_of_interest to charter_granted;

create table granted.historical_location (
  id bigint not null,
  thing_id bigint not null,
  "time" timestamp with time zone not null,
  PRIMARY KEY (id)
);
CREATE INDEX historical_location_thing_id_time_idx ON granted.historical_location USING btree (thing_id, "time");
alter table granted.historical_location enable row level security;
create policy bound on granted.historical_location for select to charter_granted using ((EXISTS ( SELECT
   FROM granted.thing t
  WHERE (t.id = historical_location.thing_id))));
create policy written_by_app on granted.historical_location for all to charter_app using (true) with check (true);
grant delete, insert, select, update on granted.historical_location to charter_app;
grant select on granted.historical_location to charter_granted;

create table granted.historical_location_location (
  historical_location_id bigint not null,
  location_id bigint not null,
  PRIMARY KEY (historical_location_id, location_id)
);
CREATE INDEX historical_location_location_location_id_idx ON granted.historical_location_location USING btree (location_id);
alter table granted.historical_location_location enable row level security;
create policy bound on granted.historical_location_location for select to charter_granted using (((EXISTS ( SELECT
   FROM granted.historical_location h
  WHERE (h.id = historical_location_location.historical_location_id))) OR (EXISTS ( SELECT
   FROM granted.location l
  WHERE (l.id = historical_location_location.location_id)))));
create policy written_by_app on granted.historical_location_location for all to charter_app using (true) with check (true);
grant delete, insert, select, update on granted.historical_location_location to charter_app;
grant select on granted.historical_location_location to charter_granted;

create table granted.location (
  id bigint not null,
  dataset_id bigint not null,
  external_key text,
  name text not null,
  description text not null,
  encoding_type text not null,
  location jsonb not null,
  properties jsonb,
  PRIMARY KEY (id)
);
alter table granted.location enable row level security;
create policy bound on granted.location for select to charter_granted using ((dataset_id = ANY (granted.datasets())));
create policy written_by_app on granted.location for all to charter_app using (true) with check (true);
grant delete, insert, select, update on granted.location to charter_app;
grant select on granted.location to charter_granted;

create table granted.observation (
  datastream_id bigint not null,
  id bigint not null,
  phenomenon_start timestamp with time zone not null,
  phenomenon_end timestamp with time zone,
  result_time timestamp with time zone,
  result_number double precision,
  result_json jsonb,
  result_quality jsonb,
  valid_start timestamp with time zone,
  valid_end timestamp with time zone,
  parameters jsonb,
  feature_id bigint,
  PRIMARY KEY (datastream_id, phenomenon_start, id)
);
CREATE INDEX observation_feature_id_id_idx ON granted.observation USING btree (feature_id, id);
CREATE INDEX observation_id_idx ON granted.observation USING btree (id);
alter table granted.observation enable row level security;
create policy bound on granted.observation for select to charter_granted using ((datastream_id = ANY (ARRAY( SELECT d.id
   FROM granted.datastream d))));
create policy written_by_app on granted.observation for all to charter_app using (true) with check (true);
grant delete, insert, select, update on granted.observation to charter_app;
grant select on granted.observation to charter_granted;

create table granted.observed_property (
  id bigint not null,
  dataset_id bigint,
  external_key text,
  name text not null,
  definition text not null,
  description text not null,
  properties jsonb,
  PRIMARY KEY (id)
);
alter table granted.observed_property enable row level security;
create policy bound on granted.observed_property for select to charter_granted using (((dataset_id = ANY (granted.datasets())) OR (id = ANY (ARRAY( SELECT d.observed_property_id
   FROM granted.datastream d)))));
create policy written_by_app on granted.observed_property for all to charter_app using (true) with check (true);
grant delete, insert, select, update on granted.observed_property to charter_app;
grant select on granted.observed_property to charter_granted;

create table granted.sensor (
  id bigint not null,
  dataset_id bigint,
  external_key text,
  name text not null,
  description text not null,
  encoding_type text not null,
  metadata jsonb not null,
  properties jsonb,
  PRIMARY KEY (id)
);
alter table granted.sensor enable row level security;
create policy bound on granted.sensor for select to charter_granted using (((dataset_id = ANY (granted.datasets())) OR (id = ANY (ARRAY( SELECT d.sensor_id
   FROM granted.datastream d)))));
create policy written_by_app on granted.sensor for all to charter_app using (true) with check (true);
grant delete, insert, select, update on granted.sensor to charter_app;
grant select on granted.sensor to charter_granted;

create table granted.table_column (
  table_id bigint not null,
  "position" integer not null,
  name text not null,
  type text not null,
  nullable boolean not null,
  is_key boolean not null,
  treated text,
  indexed boolean not null default false,
  PRIMARY KEY (table_id, "position"),
  FOREIGN KEY (table_id) REFERENCES granted.data_table(id) ON DELETE CASCADE
);
alter table granted.table_column enable row level security;
create policy bound on granted.table_column for select to charter_granted using ((EXISTS ( SELECT
   FROM granted.data_table d
  WHERE (d.id = table_column.table_id))));
create policy written_by_app on granted.table_column for all to charter_app using (true) with check (true);
grant delete, insert, select, update on granted.table_column to charter_app;
grant select on granted.table_column to charter_granted;

create table granted.thing (
  id bigint not null,
  dataset_id bigint not null,
  external_key text,
  name text not null,
  description text not null,
  properties jsonb,
  PRIMARY KEY (id)
);
CREATE INDEX thing_dataset_id_idx ON granted.thing USING btree (dataset_id);
alter table granted.thing enable row level security;
create policy bound on granted.thing for select to charter_granted using (((dataset_id = ANY (granted.datasets())) OR (id = ANY (ARRAY( SELECT d.thing_id
   FROM granted.datastream d)))));
create policy written_by_app on granted.thing for all to charter_app using (true) with check (true);
grant delete, insert, select, update on granted.thing to charter_app;
grant select on granted.thing to charter_granted;

create table granted.thing_location (
  thing_id bigint not null,
  location_id bigint not null,
  PRIMARY KEY (thing_id, location_id)
);
CREATE INDEX thing_location_location_id_idx ON granted.thing_location USING btree (location_id);
alter table granted.thing_location enable row level security;
create policy bound on granted.thing_location for select to charter_granted using (((EXISTS ( SELECT
   FROM granted.thing t
  WHERE (t.id = thing_location.thing_id))) OR (EXISTS ( SELECT
   FROM granted.location l
  WHERE (l.id = thing_location.location_id)))));
create policy written_by_app on granted.thing_location for all to charter_app using (true) with check (true);
grant delete, insert, select, update on granted.thing_location to charter_app;
grant select on granted.thing_location to charter_granted;

create table private.api_key (
  id bigint not null generated by default as identity,
  name text not null,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  person_id bigint,
  purpose text,
  dataset_ids bigint[],
  thing_ids bigint[],
  shown_key text,
  PRIMARY KEY (id),
  FOREIGN KEY (person_id) REFERENCES private.person(id) ON DELETE CASCADE,
  CHECK ((((person_id IS NULL) AND (shown_key IS NULL)) OR ((dataset_ids IS NULL) AND (thing_ids IS NULL)))),
  CHECK (((dataset_ids IS NULL) OR (thing_ids IS NULL))),
  CHECK (((person_id IS NULL) = (purpose IS NULL))),
  CHECK (((person_id IS NULL) OR (shown_key IS NULL)))
);
CREATE INDEX api_key_person ON private.api_key USING btree (person_id) WHERE (person_id IS NOT NULL);
grant delete, insert, select, update on private.api_key to charter_app;

create table private.arrival (
  datastream_id bigint not null,
  id bigint not null default nextval('private.arrival_id'::regclass),
  tx xid8 not null default pg_current_xact_id(),
  first_id bigint not null,
  last_id bigint not null,
  readings integer not null,
  at timestamp with time zone not null default now(),
  PRIMARY KEY (datastream_id, tx, id)
);
CREATE INDEX arrival_at_idx ON private.arrival USING btree (at);
CREATE INDEX arrival_tx_id_idx ON private.arrival USING btree (tx, id);
grant delete, insert, select, update on private.arrival to charter_app;

create sequence private.arrival_id;
grant usage on private.arrival_id to charter_app;

create table private.audit_content (
  number bigint not null,
  salt bytea not null,
  content jsonb not null,
  PRIMARY KEY (number),
  FOREIGN KEY (number) REFERENCES private.audit_event(number),
  CHECK ((octet_length(salt) = 32))
);
CREATE TRIGGER erased_by_approval BEFORE DELETE ON private.audit_content FOR EACH ROW EXECUTE FUNCTION private.guard_audit_erasure();
alter table private.audit_content enable always trigger erased_by_approval;
CREATE TRIGGER kept BEFORE UPDATE OR TRUNCATE ON private.audit_content FOR EACH STATEMENT EXECUTE FUNCTION private.guard_audit_erasure();
alter table private.audit_content enable always trigger kept;
grant delete, insert, select on private.audit_content to charter_app;

create table private.audit_event (
  number bigint not null,
  at timestamp with time zone not null,
  actor text not null,
  kind text not null,
  subject text not null,
  commitment bytea not null,
  hash bytea not null,
  PRIMARY KEY (number),
  CHECK ((number > 0)),
  CHECK ((octet_length(commitment) = 32)),
  CHECK ((octet_length(hash) = 32))
);
CREATE INDEX audit_event_actor_number_idx ON private.audit_event USING btree (actor, number);
CREATE INDEX audit_event_at_idx ON private.audit_event USING btree (at);
CREATE INDEX audit_event_kind_number_idx ON private.audit_event USING btree (kind, number);
CREATE INDEX audit_event_subject_number_idx ON private.audit_event USING btree (subject, number);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON private.audit_event FOR EACH STATEMENT EXECUTE FUNCTION private.refuse_audit_change();
alter table private.audit_event enable always trigger append_only;
grant insert, select on private.audit_event to charter_app;

create table private.audit_head (
  singleton boolean not null default true,
  number bigint not null,
  hash bytea not null,
  PRIMARY KEY (singleton),
  CHECK ((octet_length(hash) = 32)),
  CHECK (singleton)
);
grant select, update on private.audit_head to charter_app;

create table private.breach (
  case_id bigint not null,
  takedown_id bigint not null,
  exposure jsonb not null,
  redaction text,
  redaction_reason text,
  redaction_source text,
  redaction_by text,
  redaction_at timestamp with time zone,
  statement text,
  UNIQUE (takedown_id),
  PRIMARY KEY (case_id),
  FOREIGN KEY (case_id) REFERENCES private.case_record(id),
  FOREIGN KEY (takedown_id) REFERENCES private.takedown(id),
  CHECK ((((redaction IS NULL) = (redaction_reason IS NULL)) AND ((redaction IS NULL) = (redaction_source IS NULL)) AND ((redaction IS NULL) = (redaction_by IS NULL)) AND ((redaction IS NULL) = (redaction_at IS NULL)))),
  CHECK ((redaction = ANY (ARRAY['ordered'::text, 'not-needed'::text])))
);
grant insert, select, update on private.breach to charter_app;

create table private.case_deadline (
  id bigint not null generated by default as identity,
  case_id bigint not null,
  kind text not null,
  due_at timestamp with time zone not null,
  derivation jsonb not null,
  set_at timestamp with time zone not null,
  fired_at timestamp with time zone,
  ended_at timestamp with time zone,
  ending text,
  PRIMARY KEY (id),
  FOREIGN KEY (case_id) REFERENCES private.case_record(id),
  CHECK (((ended_at IS NULL) = (ending IS NULL))),
  CHECK ((ending = ANY (ARRAY['met'::text, 'called-off'::text, 'replaced'::text])))
);
CREATE INDEX case_deadline_case ON private.case_deadline USING btree (case_id);
CREATE INDEX case_deadline_due ON private.case_deadline USING btree (due_at) WHERE ((fired_at IS NULL) AND (ended_at IS NULL));
grant insert, select, update on private.case_deadline to charter_app;

create table private.case_document (
  id bigint not null generated by default as identity,
  case_id bigint not null,
  name text not null,
  media_type text not null,
  audience text not null,
  content bytea not null,
  sha256 bytea not null,
  added_by text not null,
  added_at timestamp with time zone not null,
  PRIMARY KEY (id),
  FOREIGN KEY (case_id) REFERENCES private.case_record(id),
  CHECK ((audience = ANY (ARRAY['parties'::text, 'office'::text]))),
  CHECK ((octet_length(content) <= 10485760)),
  CHECK ((octet_length(sha256) = 32))
);
CREATE INDEX case_document_case ON private.case_document USING btree (case_id);
CREATE TRIGGER erased_by_approval BEFORE DELETE ON private.case_document FOR EACH ROW EXECUTE FUNCTION private.guard_case_content();
alter table private.case_document enable always trigger erased_by_approval;
CREATE TRIGGER kept BEFORE UPDATE OR TRUNCATE ON private.case_document FOR EACH STATEMENT EXECUTE FUNCTION private.refuse_case_change();
alter table private.case_document enable always trigger kept;
grant delete, insert, select on private.case_document to charter_app;

create table private.case_erasure (
  case_id bigint not null,
  proposal_id bigint not null,
  erased_at timestamp with time zone not null,
  PRIMARY KEY (case_id),
  FOREIGN KEY (case_id) REFERENCES private.case_record(id),
  FOREIGN KEY (proposal_id) REFERENCES private.proposal(id)
);
CREATE TRIGGER approved BEFORE INSERT ON private.case_erasure FOR EACH ROW EXECUTE FUNCTION private.guard_case_erasure();
alter table private.case_erasure enable always trigger approved;
CREATE TRIGGER erase_question AFTER INSERT ON private.case_erasure FOR EACH ROW EXECUTE FUNCTION private.erase_question();
alter table private.case_erasure enable always trigger erase_question;
CREATE TRIGGER erase_report AFTER INSERT ON private.case_erasure FOR EACH ROW EXECUTE FUNCTION private.erase_report();
alter table private.case_erasure enable always trigger erase_report;
grant insert, select on private.case_erasure to charter_app;

create table private.case_event (
  case_id bigint not null,
  number bigint not null,
  at timestamp with time zone not null,
  actor text not null,
  kind text not null,
  audience text not null,
  commitment bytea not null,
  hash bytea not null,
  PRIMARY KEY (case_id, number),
  FOREIGN KEY (case_id) REFERENCES private.case_record(id),
  CHECK ((audience = ANY (ARRAY['parties'::text, 'office'::text]))),
  CHECK ((number > 0)),
  CHECK ((octet_length(commitment) = 32)),
  CHECK ((octet_length(hash) = 32))
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON private.case_event FOR EACH STATEMENT EXECUTE FUNCTION private.refuse_case_change();
alter table private.case_event enable always trigger append_only;
grant insert, select on private.case_event to charter_app;

create table private.case_event_content (
  case_id bigint not null,
  number bigint not null,
  salt bytea not null,
  content jsonb not null,
  PRIMARY KEY (case_id, number),
  FOREIGN KEY (case_id, number) REFERENCES private.case_event(case_id, number),
  CHECK ((octet_length(salt) = 32))
);
CREATE TRIGGER erased_by_approval BEFORE DELETE ON private.case_event_content FOR EACH ROW EXECUTE FUNCTION private.guard_case_content();
alter table private.case_event_content enable always trigger erased_by_approval;
CREATE TRIGGER kept BEFORE UPDATE OR TRUNCATE ON private.case_event_content FOR EACH STATEMENT EXECUTE FUNCTION private.refuse_case_change();
alter table private.case_event_content enable always trigger kept;
grant delete, insert, select on private.case_event_content to charter_app;

create table private.case_note (
  id bigint not null generated by default as identity,
  case_id bigint not null,
  body text not null,
  written_by text not null,
  written_at timestamp with time zone not null,
  PRIMARY KEY (id),
  FOREIGN KEY (case_id) REFERENCES private.case_record(id)
);
CREATE INDEX case_note_case ON private.case_note USING btree (case_id);
CREATE TRIGGER erased_by_approval BEFORE DELETE ON private.case_note FOR EACH ROW EXECUTE FUNCTION private.guard_case_content();
alter table private.case_note enable always trigger erased_by_approval;
CREATE TRIGGER kept BEFORE UPDATE OR TRUNCATE ON private.case_note FOR EACH STATEMENT EXECUTE FUNCTION private.refuse_case_change();
alter table private.case_note enable always trigger kept;
grant delete, insert, select on private.case_note to charter_app;

create table private.case_party (
  id bigint not null generated by default as identity,
  case_id bigint not null,
  role text not null,
  person_id bigint,
  name text,
  email text,
  address text,
  language text not null,
  added_at timestamp with time zone not null,
  PRIMARY KEY (id),
  FOREIGN KEY (case_id) REFERENCES private.case_record(id),
  FOREIGN KEY (person_id) REFERENCES private.person(id) ON DELETE SET NULL
);
CREATE INDEX case_party_case ON private.case_party USING btree (case_id);
CREATE INDEX case_party_person ON private.case_party USING btree (person_id) WHERE (person_id IS NOT NULL);
grant insert, select, update on private.case_party to charter_app;

create table private.case_record (
  id bigint not null generated by default as identity,
  number text not null,
  kind text not null,
  state text not null,
  place text not null,
  office text,
  assignee bigint,
  title text not null,
  opened_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  due_at timestamp with time zone not null default 'infinity'::timestamp with time zone,
  link_hash bytea not null,
  event_number bigint not null default 0,
  event_hash bytea not null default decode(repeat('00'::text, 32), 'hex'::text),
  urgent boolean not null default false,
  UNIQUE (link_hash),
  UNIQUE (number),
  PRIMARY KEY (id),
  FOREIGN KEY (assignee) REFERENCES private.person(id) ON DELETE SET NULL,
  FOREIGN KEY (office) REFERENCES released.office(slug),
  FOREIGN KEY (place) REFERENCES released.place(slug),
  CHECK ((octet_length(event_hash) = 32)),
  CHECK ((octet_length(link_hash) = 32))
);
CREATE INDEX case_queue ON private.case_record USING btree (due_at, id) WHERE (closed_at IS NULL);
CREATE INDEX case_queue_assignee ON private.case_record USING btree (assignee, due_at, id) WHERE (closed_at IS NULL);
CREATE INDEX case_queue_office ON private.case_record USING btree (office, due_at, id) WHERE (closed_at IS NULL);
CREATE INDEX case_queue_place ON private.case_record USING btree (place, due_at, id) WHERE (closed_at IS NULL);
grant insert, select, update on private.case_record to charter_app;

create table private.case_series (
  series text not null,
  last integer not null,
  PRIMARY KEY (series)
);
grant insert, select, update on private.case_series to charter_app;

create table private.case_task (
  id bigint not null generated by default as identity,
  case_id bigint not null,
  title text not null,
  office text,
  assignee bigint,
  due_at timestamp with time zone,
  created_by text not null,
  created_at timestamp with time zone not null,
  done_by text,
  done_at timestamp with time zone,
  PRIMARY KEY (id),
  FOREIGN KEY (assignee) REFERENCES private.person(id) ON DELETE SET NULL,
  FOREIGN KEY (case_id) REFERENCES private.case_record(id),
  FOREIGN KEY (office) REFERENCES released.office(slug)
);
CREATE INDEX case_task_case ON private.case_task USING btree (case_id);
grant insert, select, update on private.case_task to charter_app;

create table private.certificate_head (
  singleton boolean not null default true,
  number bigint not null,
  hash bytea not null,
  PRIMARY KEY (singleton),
  CHECK ((octet_length(hash) = 32)),
  CHECK (singleton)
);
grant select, update on private.certificate_head to charter_app;

create table private.data_table (
  id bigint not null generated by default as identity,
  dataset_id bigint not null,
  zone text not null,
  generation integer,
  lies text,
  generations integer not null default 0,
  rows bigint not null default 0,
  next_row bigint not null default 1,
  version integer not null default 0,
  policy_version integer,
  policy_columns text[],
  fault text,
  due_at timestamp with time zone,
  settled text,
  made_at timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  UNIQUE (dataset_id),
  PRIMARY KEY (id),
  FOREIGN KEY (dataset_id) REFERENCES private.dataset(id) ON DELETE CASCADE,
  CHECK ((lies = ANY (ARRAY['private'::text, 'released'::text, 'granted'::text])))
);
CREATE TRIGGER refuse_content BEFORE INSERT OR UPDATE OF dataset_id ON private.data_table FOR EACH ROW WHEN ((new.dataset_id IS NOT NULL)) EXECUTE FUNCTION private.refuse_content();
grant delete, insert, select, update on private.data_table to charter_app;

create table private.dataset (
  id bigint not null generated by default as identity,
  slug text not null,
  place text,
  office text,
  title text not null,
  description text not null,
  topic text not null,
  keywords text[] not null default '{}'::text[],
  access text not null default 'restricted'::text,
  listed boolean not null default false,
  license text,
  update_every interval,
  source text,
  translations jsonb not null default '{}'::jsonb,
  demonstration boolean not null default false,
  created_at timestamp with time zone not null default now(),
  modified_at timestamp with time zone not null default now(),
  policy_version integer not null default 0,
  policy jsonb,
  held_back text,
  custodian text,
  contact text,
  license_gap jsonb,
  terms text,
  no_promise boolean not null default false,
  coverage_area text,
  covers_from date,
  covers_to date,
  retention_ask text,
  kind text not null default 'own'::text,
  particulars jsonb,
  harvest_source_id bigint,
  foreign_id text,
  missing_since timestamp with time zone,
  last_seen_at timestamp with time zone,
  taken_down_at timestamp with time zone,
  taken_down_for text,
  UNIQUE (slug),
  PRIMARY KEY (id),
  FOREIGN KEY (custodian) REFERENCES released.office(slug),
  FOREIGN KEY (harvest_source_id) REFERENCES private.harvest_source(id),
  FOREIGN KEY (office) REFERENCES released.office(slug),
  FOREIGN KEY (place) REFERENCES released.place(slug),
  FOREIGN KEY (retention_ask) REFERENCES released.office(slug),
  CHECK ((((kind = 'external'::text) = (harvest_source_id IS NOT NULL)) AND ((kind = 'external'::text) = (foreign_id IS NOT NULL)) AND ((kind = 'own'::text) = (particulars IS NULL)))),
  CHECK ((((taken_down_at IS NULL) = (taken_down_for IS NULL)) AND ((taken_down_at IS NULL) OR (access = 'restricted'::text)))),
  CHECK (((kind = 'own'::text) OR (access = 'restricted'::text))),
  CHECK ((access = ANY (ARRAY['open'::text, 'key'::text, 'agreement'::text, 'restricted'::text]))),
  CHECK ((kind = ANY (ARRAY['own'::text, 'external'::text, 'footage'::text]))),
  CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text)),
  CHECK ((topic = ANY (ARRAY['traffic'::text, 'parking'::text, 'environment'::text, 'infrastructure'::text, 'public-safety'::text, 'other'::text])))
);
CREATE UNIQUE INDEX dataset_foreign ON private.dataset USING btree (harvest_source_id, foreign_id) WHERE (kind = 'external'::text);
CREATE INDEX dataset_own ON private.dataset USING btree (slug) WHERE (kind <> 'external'::text);
CREATE TRIGGER withhold_table AFTER UPDATE OF access, policy, policy_version ON private.dataset FOR EACH ROW WHEN (((old.access <> new.access) OR (old.policy_version <> new.policy_version) OR (old.policy IS DISTINCT FROM new.policy))) EXECUTE FUNCTION private.withhold_table();
grant delete, insert, select, update on private.dataset to charter_app;

create table private.dataset_grant (
  id bigint not null generated by default as identity,
  dataset_id bigint not null,
  person_id bigint not null,
  from_at timestamp with time zone not null,
  until_at timestamp with time zone,
  reason text not null,
  granted_by text not null,
  granted_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  ended_by text,
  end_reason text,
  PRIMARY KEY (id),
  FOREIGN KEY (dataset_id) REFERENCES private.dataset(id),
  FOREIGN KEY (person_id) REFERENCES private.person(id) ON DELETE CASCADE,
  CHECK ((((ended_at IS NULL) = (ended_by IS NULL)) AND ((ended_at IS NULL) = (end_reason IS NULL)))),
  CHECK ((until_at > from_at))
);
CREATE INDEX dataset_grant_dataset ON private.dataset_grant USING btree (dataset_id);
CREATE INDEX dataset_grant_person ON private.dataset_grant USING btree (person_id);
grant insert, select on private.dataset_grant to charter_app;
grant update (ended_at, ended_by, end_reason) on private.dataset_grant to charter_app;

create table private.dataset_version (
  dataset_id bigint not null,
  number integer not null,
  at timestamp with time zone not null,
  changed text[] not null,
  checksum text not null,
  content jsonb not null,
  policy_version integer,
  citation text not null,
  PRIMARY KEY (dataset_id, number),
  FOREIGN KEY (dataset_id) REFERENCES private.dataset(id) ON DELETE CASCADE,
  CHECK ((checksum ~ '^[0-9a-f]{64}$'::text))
);
grant insert, select on private.dataset_version to charter_app;

create table private.datastream (
  id bigint not null generated by default as identity,
  dataset_id bigint not null,
  external_key text,
  thing_id bigint not null,
  sensor_id bigint not null,
  observed_property_id bigint not null,
  name text not null,
  description text not null,
  observation_type text not null,
  unit_of_measurement jsonb not null,
  observed_area jsonb,
  properties jsonb,
  plausible_low double precision,
  plausible_high double precision,
  taken_down_at timestamp with time zone,
  UNIQUE (dataset_id, external_key),
  PRIMARY KEY (id),
  FOREIGN KEY (dataset_id) REFERENCES private.dataset(id),
  FOREIGN KEY (observed_property_id) REFERENCES private.observed_property(id) ON DELETE CASCADE,
  FOREIGN KEY (sensor_id) REFERENCES private.sensor(id) ON DELETE CASCADE,
  FOREIGN KEY (thing_id) REFERENCES private.thing(id) ON DELETE CASCADE
);
CREATE INDEX datastream_observed_property ON private.datastream USING btree (observed_property_id);
CREATE INDEX datastream_sensor ON private.datastream USING btree (sensor_id);
CREATE INDEX datastream_thing ON private.datastream USING btree (thing_id);
CREATE TRIGGER refuse_content BEFORE INSERT OR UPDATE OF dataset_id ON private.datastream FOR EACH ROW WHEN ((new.dataset_id IS NOT NULL)) EXECUTE FUNCTION private.refuse_content();
grant delete, insert, select, update on private.datastream to charter_app;

create table private.datastream_extent (
  datastream_id bigint not null,
  readings bigint not null default 0,
  phenomenon_from timestamp with time zone,
  phenomenon_to timestamp with time zone,
  result_from timestamp with time zone,
  result_to timestamp with time zone,
  arrived_at timestamp with time zone,
  PRIMARY KEY (datastream_id)
);
grant delete, insert, select, update on private.datastream_extent to charter_app;

create table private.datastream_release (
  datastream_id bigint not null,
  dataset_id bigint not null,
  phase text not null,
  version integer not null,
  observed_property_id bigint not null,
  fault text,
  PRIMARY KEY (datastream_id),
  FOREIGN KEY (dataset_id) REFERENCES private.dataset(id),
  FOREIGN KEY (datastream_id) REFERENCES private.datastream(id) ON DELETE CASCADE,
  CHECK ((phase = ANY (ARRAY['gather'::text, 'clear'::text, 'derive'::text, 'settled'::text, 'withheld'::text])))
);
CREATE INDEX datastream_release_dataset ON private.datastream_release USING btree (dataset_id);
CREATE INDEX datastream_release_unsettled ON private.datastream_release USING btree (dataset_id) WHERE (phase <> ALL (ARRAY['settled'::text, 'withheld'::text]));
grant delete, insert, select, update on private.datastream_release to charter_app;

create table private.destruction_batch (
  run_id bigint not null,
  datastream_id bigint not null,
  number bigint not null generated by default as identity,
  ids bigint[] not null,
  PRIMARY KEY (run_id, datastream_id, number),
  FOREIGN KEY (run_id) REFERENCES private.destruction_run(id)
);
CREATE TRIGGER approved AFTER INSERT ON private.destruction_batch FOR EACH ROW EXECUTE FUNCTION private.guard_destruction();
alter table private.destruction_batch enable always trigger approved;
grant delete, insert, select, update on private.destruction_batch to charter_app;

create table private.destruction_certificate (
  number bigint not null,
  run_id bigint not null,
  at timestamp with time zone not null,
  actor text not null,
  kind text not null,
  subject text not null,
  commitment bytea not null,
  hash bytea not null,
  salt bytea not null,
  content jsonb not null,
  UNIQUE (run_id),
  PRIMARY KEY (number),
  FOREIGN KEY (run_id) REFERENCES private.destruction_run(id),
  CHECK ((number > 0)),
  CHECK ((octet_length(commitment) = 32)),
  CHECK ((octet_length(hash) = 32)),
  CHECK ((octet_length(salt) = 32))
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON private.destruction_certificate FOR EACH STATEMENT EXECUTE FUNCTION private.refuse_retention_change();
alter table private.destruction_certificate enable always trigger append_only;
grant insert, select on private.destruction_certificate to charter_app;

create table private.destruction_part (
  run_id bigint not null,
  datastream_id bigint not null,
  copy integer not null default 0,
  after_start timestamp with time zone not null default '-infinity'::timestamp with time zone,
  after_id bigint not null default 0,
  readings bigint not null default 0,
  held bigint not null default 0,
  phenomenon_from timestamp with time zone,
  phenomenon_to timestamp with time zone,
  holds bigint[] not null default '{}'::bigint[],
  ids_sha256 text,
  done boolean not null default false,
  PRIMARY KEY (run_id, datastream_id),
  FOREIGN KEY (run_id) REFERENCES private.destruction_run(id)
);
grant insert, select, update on private.destruction_part to charter_app;

create table private.destruction_run (
  id bigint not null generated by default as identity,
  disposition_id bigint not null,
  dataset_id bigint not null,
  series text not null,
  cutoff timestamp with time zone not null,
  started_by text not null,
  started_at timestamp with time zone not null,
  software text not null,
  certificate bigint,
  PRIMARY KEY (id),
  FOREIGN KEY (dataset_id) REFERENCES private.dataset(id),
  FOREIGN KEY (disposition_id) REFERENCES private.disposition(id)
);
CREATE INDEX destruction_run_dataset ON private.destruction_run USING btree (dataset_id);
CREATE UNIQUE INDEX destruction_run_open ON private.destruction_run USING btree (disposition_id) WHERE (certificate IS NULL);
CREATE TRIGGER approved AFTER INSERT ON private.destruction_run FOR EACH ROW EXECUTE FUNCTION private.guard_destruction();
alter table private.destruction_run enable always trigger approved;
grant insert, select on private.destruction_run to charter_app;
grant update (certificate) on private.destruction_run to charter_app;

create table private.dictionary_column (
  dataset_id bigint not null,
  name text not null,
  kind text not null,
  unit text,
  meaning jsonb not null,
  sensitivity text not null,
  described_by text not null,
  described_at timestamp with time zone not null,
  PRIMARY KEY (dataset_id, name),
  FOREIGN KEY (dataset_id) REFERENCES private.dataset(id) ON DELETE CASCADE,
  CHECK ((kind = ANY (ARRAY['number'::text, 'text'::text, 'true-false'::text, 'time'::text, 'place'::text, 'object'::text]))),
  CHECK ((sensitivity = ANY (ARRAY['none'::text, 'personal'::text, 'location-of-a-person'::text, 'security'::text])))
);
grant delete, insert, select, update on private.dictionary_column to charter_app;

create table private.disposition (
  id bigint not null generated by default as identity,
  proposal_id bigint not null,
  dataset_id bigint not null,
  series text not null,
  rule_id text not null,
  rule_recorded_at timestamp with time zone not null,
  until timestamp with time zone,
  form_number text not null,
  form_date date not null,
  approved_at timestamp with time zone not null,
  UNIQUE (proposal_id),
  PRIMARY KEY (id),
  FOREIGN KEY (dataset_id) REFERENCES private.dataset(id),
  FOREIGN KEY (proposal_id) REFERENCES private.proposal(id),
  FOREIGN KEY (rule_id, rule_recorded_at) REFERENCES released.rule(id, recorded_at),
  CHECK ((btrim(form_number) <> ''::text))
);
CREATE INDEX disposition_dataset ON private.disposition USING btree (dataset_id, series);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON private.disposition FOR EACH STATEMENT EXECUTE FUNCTION private.refuse_retention_change();
alter table private.disposition enable always trigger append_only;
CREATE TRIGGER approved BEFORE INSERT ON private.disposition FOR EACH ROW EXECUTE FUNCTION private.guard_disposition();
alter table private.disposition enable always trigger approved;
grant insert, select on private.disposition to charter_app;

create table private.disposition_end (
  disposition_id bigint not null,
  reason text not null,
  ended_by text not null,
  ended_at timestamp with time zone not null,
  PRIMARY KEY (disposition_id),
  FOREIGN KEY (disposition_id) REFERENCES private.disposition(id)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON private.disposition_end FOR EACH STATEMENT EXECUTE FUNCTION private.refuse_retention_change();
alter table private.disposition_end enable always trigger append_only;
grant insert, select on private.disposition_end to charter_app;

create table private.feature_of_interest (
  id bigint not null generated by default as identity,
  dataset_id bigint not null,
  location_id bigint,
  name text not null,
  description text not null,
  encoding_type text not null,
  feature jsonb not null,
  properties jsonb,
  UNIQUE (location_id),
  PRIMARY KEY (id),
  FOREIGN KEY (dataset_id) REFERENCES private.dataset(id),
  FOREIGN KEY (location_id) REFERENCES private.location(id) ON DELETE SET NULL
);
CREATE TRIGGER refuse_content BEFORE INSERT OR UPDATE OF dataset_id ON private.feature_of_interest FOR EACH ROW WHEN ((new.dataset_id IS NOT NULL)) EXECUTE FUNCTION private.refuse_content();
grant delete, insert, select, update on private.feature_of_interest to charter_app;

create table private.harvest_run (
  id bigint not null generated by default as identity,
  source_id bigint not null,
  started_at timestamp with time zone not null,
  finished_at timestamp with time zone not null,
  error text,
  entries integer not null default 0,
  made integer not null default 0,
  changed integer not null default 0,
  missing integer not null default 0,
  back integer not null default 0,
  fault_count integer not null default 0,
  faults jsonb not null default '[]'::jsonb,
  PRIMARY KEY (id),
  FOREIGN KEY (source_id) REFERENCES private.harvest_source(id)
);
CREATE INDEX harvest_run_source ON private.harvest_run USING btree (source_id, id DESC);
grant delete, insert, select, update on private.harvest_run to charter_app;

create table private.harvest_source (
  id bigint not null generated by default as identity,
  name text not null,
  kind text not null,
  url text not null,
  place text not null,
  office text not null,
  every text not null,
  enabled boolean not null default true,
  made_by text not null,
  made_at timestamp with time zone not null,
  next_at timestamp with time zone not null,
  claimed_until timestamp with time zone,
  last_ok_at timestamp with time zone,
  PRIMARY KEY (id),
  FOREIGN KEY (office) REFERENCES released.office(slug),
  FOREIGN KEY (place) REFERENCES released.place(slug),
  CHECK ((kind = ANY (ARRAY['ckan'::text, 'socrata'::text, 'arcgis'::text, 'data-json'::text])))
);
CREATE INDEX harvest_source_next ON private.harvest_source USING btree (next_at) WHERE enabled;
CREATE UNIQUE INDEX harvest_source_url ON private.harvest_source USING btree (url);
grant delete, insert, select, update on private.harvest_source to charter_app;

create table private.hint_review (
  id bigint not null generated by default as identity,
  dataset_id bigint not null,
  found_in text not null,
  kind text not null,
  reason text not null,
  reviewed_by text not null,
  reviewed_at timestamp with time zone not null,
  PRIMARY KEY (id),
  FOREIGN KEY (dataset_id) REFERENCES private.dataset(id)
);
CREATE INDEX hint_review_dataset ON private.hint_review USING btree (dataset_id);
grant insert, select on private.hint_review to charter_app;

create table private.historical_location (
  id bigint not null generated by default as identity,
  thing_id bigint not null,
  "time" timestamp with time zone not null,
  PRIMARY KEY (id),
  FOREIGN KEY (thing_id) REFERENCES private.thing(id) ON DELETE CASCADE
);
CREATE INDEX historical_location_thing ON private.historical_location USING btree (thing_id, "time");
grant delete, insert, select, update on private.historical_location to charter_app;

create table private.historical_location_location (
  historical_location_id bigint not null,
  location_id bigint not null,
  PRIMARY KEY (historical_location_id, location_id),
  FOREIGN KEY (historical_location_id) REFERENCES private.historical_location(id) ON DELETE CASCADE,
  FOREIGN KEY (location_id) REFERENCES private.location(id) ON DELETE CASCADE
);
CREATE INDEX historical_location_location_location ON private.historical_location_location USING btree (location_id);
grant delete, insert, select, update on private.historical_location_location to charter_app;

create table private.hold (
  id bigint not null generated by default as identity,
  cause text not null,
  reason text not null,
  source text not null,
  review_on date not null,
  columns text[],
  observed_property_ids bigint[],
  box double precision[],
  area_place text,
  held_from timestamp with time zone,
  held_to timestamp with time zone,
  placed_by text not null,
  placed_at timestamp with time zone not null,
  PRIMARY KEY (id),
  FOREIGN KEY (area_place) REFERENCES released.place(slug),
  CHECK (((box IS NULL) OR (area_place IS NULL))),
  CHECK ((btrim(reason) <> ''::text)),
  CHECK ((btrim(source) <> ''::text)),
  CHECK ((cardinality(box) = 4)),
  CHECK ((cardinality(columns) > 0)),
  CHECK ((cause = ANY (ARRAY['litigation'::text, 'claim'::text, 'audit'::text, 'records-request'::text, 'other'::text]))),
  CHECK ((held_from < held_to))
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON private.hold FOR EACH STATEMENT EXECUTE FUNCTION private.refuse_retention_change();
alter table private.hold enable always trigger append_only;
grant insert, select on private.hold to charter_app;

create table private.hold_dataset (
  hold_id bigint not null,
  dataset_id bigint not null,
  PRIMARY KEY (hold_id, dataset_id),
  FOREIGN KEY (dataset_id) REFERENCES private.dataset(id),
  FOREIGN KEY (hold_id) REFERENCES private.hold(id)
);
CREATE INDEX hold_dataset_dataset ON private.hold_dataset USING btree (dataset_id);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON private.hold_dataset FOR EACH STATEMENT EXECUTE FUNCTION private.refuse_retention_change();
alter table private.hold_dataset enable always trigger append_only;
grant insert, select on private.hold_dataset to charter_app;

create table private.hold_release (
  hold_id bigint not null,
  reason text not null,
  released_by text not null,
  released_at timestamp with time zone not null,
  PRIMARY KEY (hold_id),
  FOREIGN KEY (hold_id) REFERENCES private.hold(id),
  CHECK ((btrim(reason) <> ''::text)),
  CHECK ((released_by ~~ 'person:%'::text))
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON private.hold_release FOR EACH STATEMENT EXECUTE FUNCTION private.refuse_retention_change();
alter table private.hold_release enable always trigger append_only;
grant insert, select on private.hold_release to charter_app;

create table private.hold_review (
  id bigint not null generated by default as identity,
  hold_id bigint not null,
  note text not null,
  review_on date not null,
  reviewed_by text not null,
  reviewed_at timestamp with time zone not null,
  PRIMARY KEY (id),
  FOREIGN KEY (hold_id) REFERENCES private.hold(id)
);
CREATE INDEX hold_review_hold ON private.hold_review USING btree (hold_id, id);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON private.hold_review FOR EACH STATEMENT EXECUTE FUNCTION private.refuse_retention_change();
alter table private.hold_review enable always trigger append_only;
grant insert, select on private.hold_review to charter_app;

create table private.identity (
  issuer text not null,
  subject text not null,
  person_id bigint not null,
  created_at timestamp with time zone not null,
  UNIQUE (person_id, issuer),
  PRIMARY KEY (issuer, subject),
  FOREIGN KEY (person_id) REFERENCES private.person(id) ON DELETE CASCADE
);
grant delete, insert, select on private.identity to charter_app;

create table private.import_file (
  id bigint not null generated by default as identity,
  dataset_id bigint not null,
  file_name text not null,
  bytes bigint not null default 0,
  state text not null,
  proposal jsonb,
  mapping jsonb,
  preview jsonb,
  summary jsonb,
  actor text not null,
  made_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  attempts integer not null default 0,
  part real,
  error text,
  PRIMARY KEY (id),
  FOREIGN KEY (dataset_id) REFERENCES private.dataset(id) ON DELETE CASCADE,
  CHECK ((state = ANY (ARRAY['receiving'::text, 'staged'::text, 'previewing'::text, 'queued'::text, 'stored'::text, 'failed'::text, 'forgotten'::text])))
);
CREATE INDEX import_file_dataset ON private.import_file USING btree (dataset_id, id);
CREATE INDEX import_file_queue ON private.import_file USING btree (id) WHERE (state = ANY (ARRAY['previewing'::text, 'queued'::text]));
grant delete, insert, select, update on private.import_file to charter_app;

create table private.import_file_part (
  upload_id bigint not null,
  number integer not null,
  content bytea not null,
  PRIMARY KEY (upload_id, number),
  FOREIGN KEY (upload_id) REFERENCES private.import_file(id) ON DELETE CASCADE
);
grant delete, insert, select, update on private.import_file_part to charter_app;

create table private.import_reject (
  upload_id bigint not null,
  number integer not null,
  line bigint not null,
  column_name text not null,
  value text not null,
  reason text not null,
  PRIMARY KEY (upload_id, number),
  FOREIGN KEY (upload_id) REFERENCES private.import_file(id) ON DELETE CASCADE
);
grant delete, insert, select, update on private.import_reject to charter_app;

create table private.invitation (
  id bigint not null generated by default as identity,
  secret_hash bytea not null,
  email text not null,
  name text not null,
  language text not null,
  role text,
  place text,
  office text,
  role_ends_at timestamp with time zone,
  invited_by text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  UNIQUE (secret_hash),
  PRIMARY KEY (id),
  FOREIGN KEY (office) REFERENCES released.office(slug),
  FOREIGN KEY (place) REFERENCES released.place(slug),
  CHECK (((office IS NULL) OR (place IS NOT NULL)))
);
CREATE INDEX invitation_email ON private.invitation USING btree (email);
grant delete, insert, select, update on private.invitation to charter_app;

create table private.key_secret (
  id bigint not null generated by default as identity,
  key_id bigint not null,
  prefix text not null,
  hash bytea not null,
  created_at timestamp with time zone not null,
  ends_at timestamp with time zone,
  first_used_at timestamp with time zone,
  last_used_at timestamp with time zone,
  UNIQUE (prefix),
  PRIMARY KEY (id),
  FOREIGN KEY (key_id) REFERENCES private.api_key(id) ON DELETE CASCADE
);
CREATE INDEX key_secret_key ON private.key_secret USING btree (key_id);
grant delete, insert, select, update on private.key_secret to charter_app;

create table private.key_terms (
  key_id bigint not null,
  terms_id bigint not null,
  accepted_at timestamp with time zone not null,
  PRIMARY KEY (key_id, terms_id),
  FOREIGN KEY (key_id) REFERENCES private.api_key(id) ON DELETE CASCADE,
  FOREIGN KEY (terms_id) REFERENCES private.terms(id)
);
CREATE INDEX key_terms_terms ON private.key_terms USING btree (terms_id);
grant delete, insert, select on private.key_terms to charter_app;

create table private.key_usage (
  key_id bigint not null,
  day date not null,
  dataset_id bigint,
  requests bigint not null,
  refused bigint not null,
  bytes bigint not null,
  refused_at timestamp with time zone,
  UNIQUE NULLS NOT DISTINCT (key_id, day, dataset_id),
  FOREIGN KEY (key_id) REFERENCES private.api_key(id) ON DELETE CASCADE
);
grant delete, insert, select, update on private.key_usage to charter_app;

create table private.known_browser (
  secret_hash bytea not null,
  person_id bigint not null,
  expires_at timestamp with time zone not null,
  PRIMARY KEY (secret_hash, person_id),
  FOREIGN KEY (person_id) REFERENCES private.person(id) ON DELETE CASCADE
);
CREATE INDEX known_browser_person ON private.known_browser USING btree (person_id);
grant delete, insert, select, update on private.known_browser to charter_app;

create table private.limit_use (
  asker text not null,
  slot bigint not null,
  used integer[] not null,
  granted integer not null,
  forget_at timestamp with time zone not null,
  PRIMARY KEY (asker)
);
grant delete, insert, select, update on private.limit_use to charter_app;

create table private.location (
  id bigint not null generated by default as identity,
  dataset_id bigint not null,
  external_key text,
  name text not null,
  description text not null,
  encoding_type text not null,
  location jsonb not null,
  properties jsonb,
  UNIQUE (dataset_id, external_key),
  PRIMARY KEY (id),
  FOREIGN KEY (dataset_id) REFERENCES private.dataset(id)
);
CREATE TRIGGER refuse_content BEFORE INSERT OR UPDATE OF dataset_id ON private.location FOR EACH ROW WHEN ((new.dataset_id IS NOT NULL)) EXECUTE FUNCTION private.refuse_content();
grant delete, insert, select, update on private.location to charter_app;

create table private.mail (
  id bigint not null generated by default as identity,
  recipient text not null,
  subject text not null,
  body text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  try_at timestamp with time zone not null,
  tries integer not null default 0,
  PRIMARY KEY (id)
);
CREATE INDEX mail_try ON private.mail USING btree (try_at);
grant delete, insert, select, update on private.mail to charter_app;

create table private.observation (
  datastream_id bigint not null,
  id bigint not null,
  phenomenon_start timestamp with time zone not null,
  phenomenon_end timestamp with time zone,
  result_time timestamp with time zone,
  result_number double precision,
  result_json jsonb,
  result_quality jsonb,
  valid_start timestamp with time zone,
  valid_end timestamp with time zone,
  parameters jsonb,
  feature_id bigint,
  PRIMARY KEY (datastream_id, phenomenon_start, id)
);
CREATE INDEX observation_feature_id_id_idx ON private.observation USING btree (feature_id, id);
CREATE INDEX observation_id_idx ON private.observation USING btree (id);
grant delete, insert, select, update on private.observation to charter_app;

create sequence private.observation_id;
grant usage on private.observation_id to charter_app;

create table private.observed_property (
  id bigint not null generated by default as identity,
  dataset_id bigint,
  external_key text,
  name text not null,
  definition text not null,
  description text not null,
  properties jsonb,
  PRIMARY KEY (id),
  FOREIGN KEY (dataset_id) REFERENCES private.dataset(id)
);
CREATE UNIQUE INDEX observed_property_external_key ON private.observed_property USING btree (COALESCE(dataset_id, (0)::bigint), external_key);
CREATE TRIGGER refuse_content BEFORE INSERT OR UPDATE OF dataset_id ON private.observed_property FOR EACH ROW WHEN ((new.dataset_id IS NOT NULL)) EXECUTE FUNCTION private.refuse_content();
grant delete, insert, select, update on private.observed_property to charter_app;

create table private.passkey (
  id bigint not null generated by default as identity,
  person_id bigint not null,
  credential_id text not null,
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null,
  user_handle text not null,
  name text not null,
  created_at timestamp with time zone not null,
  used_at timestamp with time zone,
  UNIQUE (credential_id),
  PRIMARY KEY (id),
  FOREIGN KEY (person_id) REFERENCES private.person(id) ON DELETE CASCADE
);
CREATE INDEX passkey_person ON private.passkey USING btree (person_id);
grant delete, insert, select, update on private.passkey to charter_app;

create table private.password (
  person_id bigint not null,
  hash text not null,
  changed_at timestamp with time zone not null,
  PRIMARY KEY (person_id),
  FOREIGN KEY (person_id) REFERENCES private.person(id) ON DELETE CASCADE
);
grant delete, insert, select, update on private.password to charter_app;

create table private.pending_sign_in (
  secret_hash bytea not null,
  purpose text not null,
  person_id bigint,
  invitation_id bigint,
  session_id bigint,
  password_hash text,
  totp_secret bytea,
  challenge text,
  user_handle text,
  known_browser boolean not null default false,
  tries integer not null default 0,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  PRIMARY KEY (secret_hash),
  FOREIGN KEY (invitation_id) REFERENCES private.invitation(id) ON DELETE CASCADE,
  FOREIGN KEY (person_id) REFERENCES private.person(id) ON DELETE CASCADE,
  FOREIGN KEY (session_id) REFERENCES private.session(id) ON DELETE CASCADE,
  CHECK ((purpose = ANY (ARRAY['enroll'::text, 'second-step'::text, 'passkey'::text, 'security'::text])))
);
CREATE INDEX pending_sign_in_expires ON private.pending_sign_in USING btree (expires_at);
CREATE INDEX pending_sign_in_invitation ON private.pending_sign_in USING btree (invitation_id);
CREATE INDEX pending_sign_in_person ON private.pending_sign_in USING btree (person_id);
CREATE INDEX pending_sign_in_session ON private.pending_sign_in USING btree (session_id);
grant delete, insert, select, update on private.pending_sign_in to charter_app;

create table private.person (
  id bigint not null generated by default as identity,
  email text not null,
  language text not null,
  created_at timestamp with time zone not null,
  name text,
  demonstration boolean not null default false,
  UNIQUE (email),
  PRIMARY KEY (id)
);
grant delete, insert, select, update on private.person to charter_app;

create table private.proposal (
  id bigint not null generated by default as identity,
  kind text not null,
  subject text not null,
  place text,
  office text,
  content jsonb not null,
  version bytea not null,
  reason text not null,
  proposed_by text not null,
  proposed_at timestamp with time zone not null,
  decision text,
  decided_by text,
  decided_at timestamp with time zone,
  decision_reason text,
  PRIMARY KEY (id),
  FOREIGN KEY (office) REFERENCES released.office(slug),
  FOREIGN KEY (place) REFERENCES released.place(slug),
  CHECK ((((decision IS NULL) = (decided_at IS NULL)) AND ((decision IS NULL) = (decided_by IS NULL)))),
  CHECK (((decision <> 'approved'::text) OR (decided_by <> proposed_by))),
  CHECK ((decision = ANY (ARRAY['approved'::text, 'declined'::text, 'withdrawn'::text]))),
  CHECK ((octet_length(version) = 32))
);
CREATE UNIQUE INDEX proposal_open ON private.proposal USING btree (kind, subject) WHERE (decision IS NULL);
CREATE INDEX proposal_place ON private.proposal USING btree (place, proposed_at);
grant insert, select on private.proposal to charter_app;
grant update (decision, decided_by, decided_at, decision_reason) on private.proposal to charter_app;

create table private.provider_sign_in (
  secret_hash bytea not null,
  state_hash bytea not null,
  nonce text not null,
  code_verifier text not null,
  language text not null,
  path text not null,
  asked_from text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  PRIMARY KEY (secret_hash)
);
CREATE INDEX provider_sign_in_from ON private.provider_sign_in USING btree (asked_from, created_at);
grant delete, insert, select, update on private.provider_sign_in to charter_app;

create table private.published_file (
  id bigint not null generated by default as identity,
  dataset_id bigint not null,
  month date not null,
  started_at timestamp with time zone not null,
  edition integer,
  rows bigint,
  bytes bigint,
  sha256 text,
  made_at timestamp with time zone,
  ended_at timestamp with time zone,
  ended_why text,
  PRIMARY KEY (id),
  FOREIGN KEY (dataset_id) REFERENCES private.dataset(id),
  CHECK (((ended_at IS NULL) = (ended_why IS NULL))),
  CHECK (((made_at IS NULL) = (sha256 IS NULL))),
  CHECK ((EXTRACT(day FROM month) = (1)::numeric)),
  CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);
CREATE UNIQUE INDEX published_file_current ON private.published_file USING btree (dataset_id, month) WHERE ((made_at IS NOT NULL) AND (ended_at IS NULL));
CREATE INDEX published_file_month ON private.published_file USING btree (dataset_id, month);
grant insert, select on private.published_file to charter_app;
grant update (edition, rows, bytes, sha256, made_at, ended_at, ended_why) on private.published_file to charter_app;

create table private.published_file_stale (
  dataset_id bigint not null,
  month date not null,
  noted_at timestamp with time zone not null default now()
);
CREATE INDEX published_file_stale_month ON private.published_file_stale USING btree (dataset_id, month);
grant delete, insert, select, update on private.published_file_stale to charter_app;

create table private.question (
  case_id bigint not null,
  rule_id text,
  topic text not null,
  aspect text,
  place text not null,
  question text not null,
  language text not null,
  share_email boolean not null,
  answer text,
  answer_how text,
  answer_day date,
  answered_by text,
  answered_at timestamp with time zone,
  PRIMARY KEY (case_id),
  FOREIGN KEY (case_id) REFERENCES private.case_record(id),
  FOREIGN KEY (place) REFERENCES released.place(slug),
  CHECK (((answer IS NULL) = (answer_day IS NULL))),
  CHECK (((answer IS NULL) = (answer_how IS NULL))),
  CHECK (((answer IS NULL) = (answered_at IS NULL))),
  CHECK (((answer IS NULL) = (answered_by IS NULL))),
  CHECK ((answer_how = ANY (ARRAY['paper'::text, 'mail'::text, 'phone'::text, 'in-person'::text, 'here'::text]))),
  CHECK ((language = ANY (ARRAY['en'::text, 'es'::text])))
);
grant insert, select, update on private.question to charter_app;

create table private.recheck_letter (
  person_id bigint not null,
  sent_at timestamp with time zone not null,
  PRIMARY KEY (person_id),
  FOREIGN KEY (person_id) REFERENCES private.person(id) ON DELETE CASCADE
);
grant delete, insert, select, update on private.recheck_letter to charter_app;

create table private.recovery_code (
  person_id bigint not null,
  code_hash bytea not null,
  PRIMARY KEY (person_id, code_hash),
  FOREIGN KEY (person_id) REFERENCES private.person(id) ON DELETE CASCADE
);
grant delete, insert, select, update on private.recovery_code to charter_app;

create table private.release_due (
  datastream_id bigint not null,
  bucket timestamp with time zone not null,
  bucket_end timestamp with time zone not null,
  due_at timestamp with time zone not null,
  PRIMARY KEY (datastream_id, bucket),
  FOREIGN KEY (datastream_id) REFERENCES private.datastream(id) ON DELETE CASCADE
);
CREATE INDEX release_due_at ON private.release_due USING btree (due_at);
grant delete, insert, select, update on private.release_due to charter_app;

create table private.release_key (
  dataset_id bigint not null,
  life text not null,
  begins_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  key bytea not null,
  PRIMARY KEY (dataset_id, life, begins_at),
  FOREIGN KEY (dataset_id) REFERENCES private.dataset(id) ON DELETE CASCADE,
  CHECK ((life = ANY (ARRAY['day'::text, 'week'::text, 'month'::text]))),
  CHECK ((octet_length(key) = 32))
);
CREATE INDEX release_key_ends ON private.release_key USING btree (ends_at);
grant delete, insert, select, update on private.release_key to charter_app;

create table private.release_policy (
  dataset_id bigint not null,
  version integer not null,
  content jsonb not null,
  properties jsonb not null,
  in_force_at timestamp with time zone not null,
  proposal_id bigint,
  set_by text not null,
  PRIMARY KEY (dataset_id, version),
  FOREIGN KEY (dataset_id) REFERENCES private.dataset(id),
  FOREIGN KEY (proposal_id) REFERENCES private.proposal(id),
  CHECK ((version > 0))
);
grant insert, select on private.release_policy to charter_app;

create table private.report (
  case_id bigint not null,
  what text not null,
  dataset text,
  from_day date,
  to_day date,
  spot text not null,
  said text not null,
  language text not null,
  reply text,
  fixed_in integer,
  replied_by text,
  replied_at timestamp with time zone,
  PRIMARY KEY (case_id),
  FOREIGN KEY (case_id) REFERENCES private.case_record(id),
  CHECK ((((reply IS NULL) = (replied_by IS NULL)) AND ((reply IS NULL) = (replied_at IS NULL)))),
  CHECK ((((what = 'missing-readings'::text) = (from_day IS NOT NULL)) AND ((from_day IS NULL) = (to_day IS NULL)))),
  CHECK (((what = 'missing-dataset'::text) = (dataset IS NULL))),
  CHECK ((from_day <= to_day)),
  CHECK ((language = ANY (ARRAY['en'::text, 'es'::text]))),
  CHECK ((what = ANY (ARRAY['missing-dataset'::text, 'missing-readings'::text, 'wrong-values'::text, 'wrong-description'::text, 'not-public'::text])))
);
grant insert, select, update on private.report to charter_app;

create table private.retention_series (
  id bigint not null generated by default as identity,
  dataset_id bigint not null,
  series text not null,
  observed_property_ids bigint[] not null default '{}'::bigint[],
  rule_id text,
  duty text,
  clock text,
  reason text not null,
  set_by text not null,
  set_at timestamp with time zone not null,
  PRIMARY KEY (id),
  FOREIGN KEY (dataset_id) REFERENCES private.dataset(id),
  CHECK ((((rule_id IS NULL) = (duty IS NULL)) AND ((rule_id IS NULL) = (clock IS NULL)))),
  CHECK (((duty IS DISTINCT FROM 'must'::text) OR (series <> '*'::text))),
  CHECK ((clock = ANY (ARRAY['phenomenon-time'::text, 'another'::text]))),
  CHECK ((duty = ANY (ARRAY['may'::text, 'must'::text])))
);
CREATE INDEX retention_series_dataset ON private.retention_series USING btree (dataset_id, series, id);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON private.retention_series FOR EACH STATEMENT EXECUTE FUNCTION private.refuse_retention_change();
alter table private.retention_series enable always trigger append_only;
grant insert, select on private.retention_series to charter_app;

create table private.role_grant (
  id bigint not null generated by default as identity,
  person_id bigint not null,
  role text not null,
  place text,
  office text,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone,
  revoked_at timestamp with time zone,
  delegated_from bigint,
  granted_by text not null,
  created_at timestamp with time zone not null,
  PRIMARY KEY (id),
  FOREIGN KEY (delegated_from) REFERENCES private.role_grant(id) ON DELETE CASCADE,
  FOREIGN KEY (office) REFERENCES released.office(slug),
  FOREIGN KEY (person_id) REFERENCES private.person(id) ON DELETE CASCADE,
  FOREIGN KEY (place) REFERENCES released.place(slug),
  CHECK (((office IS NULL) OR (place IS NOT NULL))),
  CHECK ((ends_at > starts_at))
);
CREATE INDEX role_grant_delegated ON private.role_grant USING btree (delegated_from) WHERE (delegated_from IS NOT NULL);
CREATE INDEX role_grant_person ON private.role_grant USING btree (person_id);
grant delete, insert, select, update on private.role_grant to charter_app;

create table private.rule_check (
  id bigint not null generated by default as identity,
  rule_id text not null,
  recorded_at timestamp with time zone not null,
  result text not null,
  note text not null,
  checked_by text not null,
  checked_at timestamp with time zone not null,
  PRIMARY KEY (id),
  FOREIGN KEY (rule_id, recorded_at) REFERENCES released.rule(id, recorded_at),
  CHECK ((result = ANY (ARRAY['agrees'::text, 'differs'::text, 'gone'::text])))
);
CREATE INDEX rule_check_rule ON private.rule_check USING btree (rule_id, recorded_at);
grant insert, select on private.rule_check to charter_app;

create table private.sensor (
  id bigint not null generated by default as identity,
  dataset_id bigint,
  external_key text,
  name text not null,
  description text not null,
  encoding_type text not null,
  metadata jsonb not null,
  properties jsonb,
  PRIMARY KEY (id),
  FOREIGN KEY (dataset_id) REFERENCES private.dataset(id)
);
CREATE UNIQUE INDEX sensor_external_key ON private.sensor USING btree (COALESCE(dataset_id, (0)::bigint), external_key);
CREATE TRIGGER refuse_content BEFORE INSERT OR UPDATE OF dataset_id ON private.sensor FOR EACH ROW WHEN ((new.dataset_id IS NOT NULL)) EXECUTE FUNCTION private.refuse_content();
grant delete, insert, select, update on private.sensor to charter_app;

create table private.session (
  id bigint not null generated by default as identity,
  secret_hash bytea not null,
  person_id bigint not null,
  browser text not null,
  created_at timestamp with time zone not null,
  seen_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  method text not null default 'link'::text,
  confirmed_at timestamp with time zone,
  UNIQUE (secret_hash),
  PRIMARY KEY (id),
  FOREIGN KEY (person_id) REFERENCES private.person(id) ON DELETE CASCADE,
  CHECK ((method = ANY (ARRAY['link'::text, 'second-factor'::text, 'passkey'::text, 'provider'::text, 'demonstration'::text])))
);
CREATE INDEX session_person ON private.session USING btree (person_id);
grant delete, insert, select, update on private.session to charter_app;

create table private.sign_in_link (
  secret_hash bytea not null,
  email text not null,
  language text not null,
  asked_from text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  PRIMARY KEY (secret_hash)
);
CREATE INDEX sign_in_link_created ON private.sign_in_link USING btree (created_at);
grant delete, insert, select, update on private.sign_in_link to charter_app;

create table private.table_column (
  table_id bigint not null,
  "position" integer not null,
  name text not null,
  type text not null,
  nullable boolean not null default true,
  is_key boolean not null default false,
  format text,
  UNIQUE (table_id, name),
  PRIMARY KEY (table_id, "position"),
  FOREIGN KEY (table_id) REFERENCES private.data_table(id) ON DELETE CASCADE,
  CHECK ((("position" >= 1) AND ("position" <= 500))),
  CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  CHECK ((type = ANY (ARRAY['text'::text, 'integer'::text, 'number'::text, 'boolean'::text, 'date'::text, 'time'::text, 'place'::text])))
);
grant delete, insert, select, update on private.table_column to charter_app;

create table private.table_fetch (
  dataset_id bigint not null,
  url text not null,
  every interval not null,
  mode text not null,
  etag text,
  last_modified text,
  next_at timestamp with time zone not null,
  last_at timestamp with time zone,
  last_result text,
  last_error text,
  failures integer not null default 0,
  set_by text not null,
  PRIMARY KEY (dataset_id),
  FOREIGN KEY (dataset_id) REFERENCES private.dataset(id) ON DELETE CASCADE,
  CHECK ((mode = ANY (ARRAY['append'::text, 'replace'::text, 'upsert'::text])))
);
grant delete, insert, select, update on private.table_fetch to charter_app;

create table private.table_progress (
  upload_id bigint not null,
  rows_read bigint not null,
  part real,
  PRIMARY KEY (upload_id),
  FOREIGN KEY (upload_id) REFERENCES private.table_upload(id) ON DELETE CASCADE
);
grant delete, insert, select, update on private.table_progress to charter_app;

create table private.table_reject (
  upload_id bigint not null,
  number integer not null,
  line bigint not null,
  column_name text not null,
  value text not null,
  reason text not null,
  PRIMARY KEY (upload_id, number),
  FOREIGN KEY (upload_id) REFERENCES private.table_upload(id) ON DELETE CASCADE
);
grant delete, insert, select, update on private.table_reject to charter_app;

create table private.table_upload (
  id bigint not null generated by default as identity,
  dataset_id bigint not null,
  source text not null,
  file_name text not null,
  bytes bigint not null default 0,
  state text not null,
  guess jsonb,
  plan jsonb,
  actor text not null,
  made_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  attempts integer not null default 0,
  rows_stored bigint,
  rows_replaced bigint,
  rows_bad bigint,
  error text,
  PRIMARY KEY (id),
  FOREIGN KEY (dataset_id) REFERENCES private.dataset(id) ON DELETE CASCADE,
  CHECK ((source = ANY (ARRAY['upload'::text, 'fetch'::text]))),
  CHECK ((state = ANY (ARRAY['receiving'::text, 'staged'::text, 'queued'::text, 'stored'::text, 'failed'::text, 'forgotten'::text])))
);
CREATE INDEX table_upload_dataset ON private.table_upload USING btree (dataset_id, id);
CREATE INDEX table_upload_queue ON private.table_upload USING btree (id) WHERE (state = 'queued'::text);
grant delete, insert, select, update on private.table_upload to charter_app;

create table private.table_upload_part (
  upload_id bigint not null,
  number integer not null,
  content bytea not null,
  PRIMARY KEY (upload_id, number),
  FOREIGN KEY (upload_id) REFERENCES private.table_upload(id) ON DELETE CASCADE
);
grant delete, insert, select, update on private.table_upload_part to charter_app;

create table private.takedown (
  id bigint not null generated by default as identity,
  dataset_id bigint not null,
  datastream_id bigint,
  cause text not null,
  reason text not null,
  was jsonb not null,
  taken_by text not null,
  taken_at timestamp with time zone not null,
  PRIMARY KEY (id),
  FOREIGN KEY (dataset_id) REFERENCES private.dataset(id),
  CHECK ((btrim(reason) <> ''::text)),
  CHECK ((cause = ANY (ARRAY['personal-data'::text, 'wrong'::text, 'rights'::text, 'order'::text, 'other'::text])))
);
CREATE INDEX takedown_dataset ON private.takedown USING btree (dataset_id, id);
grant insert, select on private.takedown to charter_app;

create table private.terms (
  id bigint not null generated by default as identity,
  place text,
  version text not null,
  texts jsonb not null,
  source text not null,
  published_at timestamp with time zone not null,
  UNIQUE NULLS NOT DISTINCT (place, version),
  PRIMARY KEY (id),
  FOREIGN KEY (place) REFERENCES released.place(slug)
);
grant insert, select on private.terms to charter_app;

create table private.thing (
  id bigint not null generated by default as identity,
  dataset_id bigint not null,
  external_key text,
  name text not null,
  description text not null,
  properties jsonb,
  UNIQUE (dataset_id, external_key),
  PRIMARY KEY (id),
  FOREIGN KEY (dataset_id) REFERENCES private.dataset(id)
);
CREATE TRIGGER refuse_content BEFORE INSERT OR UPDATE OF dataset_id ON private.thing FOR EACH ROW WHEN ((new.dataset_id IS NOT NULL)) EXECUTE FUNCTION private.refuse_content();
grant delete, insert, select, update on private.thing to charter_app;

create table private.thing_location (
  thing_id bigint not null,
  location_id bigint not null,
  PRIMARY KEY (thing_id, location_id),
  FOREIGN KEY (location_id) REFERENCES private.location(id) ON DELETE CASCADE,
  FOREIGN KEY (thing_id) REFERENCES private.thing(id) ON DELETE CASCADE
);
CREATE INDEX thing_location_location ON private.thing_location USING btree (location_id);
grant delete, insert, select, update on private.thing_location to charter_app;

create table private.totp (
  person_id bigint not null,
  secret bytea not null,
  last_step bigint not null,
  created_at timestamp with time zone not null,
  PRIMARY KEY (person_id),
  FOREIGN KEY (person_id) REFERENCES private.person(id) ON DELETE CASCADE
);
grant delete, insert, select, update on private.totp to charter_app;

create table released.arrival (
  datastream_id bigint not null,
  id bigint not null default nextval('private.arrival_id'::regclass),
  tx xid8 not null default pg_current_xact_id(),
  first_id bigint not null,
  last_id bigint not null,
  readings integer not null,
  at timestamp with time zone not null default now(),
  PRIMARY KEY (datastream_id, tx, id)
);
CREATE INDEX arrival_at ON released.arrival USING btree (at);
CREATE INDEX arrival_tx ON released.arrival USING btree (tx, id);
grant delete, insert, select, update on released.arrival to charter_app;
grant select on released.arrival to charter_granted;
grant select on released.arrival to charter_public;

create table released.arrival_replay (
  singleton boolean not null default true,
  pruned_before xid8 not null default '0'::xid8,
  PRIMARY KEY (singleton),
  CHECK (singleton)
);
grant delete, insert, select, update on released.arrival_replay to charter_app;
grant select on released.arrival_replay to charter_granted;
grant select on released.arrival_replay to charter_public;

create table released.catalog_entry (
  dataset_id bigint not null,
  slug text not null,
  title text not null,
  title_es text not null,
  city text,
  topic text not null,
  office text,
  access text not null,
  last_at timestamp with time zone,
  names text not null,
  words tsvector not null,
  PRIMARY KEY (dataset_id),
  FOREIGN KEY (dataset_id) REFERENCES released.dataset(id) ON DELETE CASCADE
);
CREATE INDEX catalog_entry_words ON released.catalog_entry USING gin (words);
grant delete, insert, select, update on released.catalog_entry to charter_app;
grant select on released.catalog_entry to charter_granted;
grant select on released.catalog_entry to charter_public;

create table released.data_table (
  id bigint not null,
  dataset_id bigint not null,
  generation integer not null,
  rows bigint not null,
  last_row bigint not null,
  zone text not null,
  version integer not null,
  policy_version integer not null default 0,
  changed_at timestamp with time zone not null,
  UNIQUE (dataset_id),
  PRIMARY KEY (id),
  FOREIGN KEY (dataset_id) REFERENCES released.dataset(id) ON DELETE CASCADE
);
grant delete, insert, select, update on released.data_table to charter_app;
grant select on released.data_table to charter_granted;
grant select on released.data_table to charter_public;

create table released.dataset (
  id bigint not null,
  slug text not null,
  place text,
  office text,
  title text not null,
  description text not null,
  topic text not null,
  keywords text[] not null,
  access text not null,
  listed boolean not null,
  license text,
  update_every interval,
  source text,
  translations jsonb not null,
  demonstration boolean not null,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  search tsvector generated always as ((((setweight(to_tsvector('english'::regconfig, title), 'A'::"char") || setweight(to_tsvector('english'::regconfig, description), 'B'::"char")) || setweight(to_tsvector('spanish'::regconfig, COALESCE(((translations -> 'es'::text) ->> 'title'::text), ''::text)), 'A'::"char")) || setweight(to_tsvector('spanish'::regconfig, COALESCE(((translations -> 'es'::text) ->> 'description'::text), ''::text)), 'B'::"char"))) stored,
  policy_version integer not null default 0,
  policy jsonb,
  custodian text,
  contact text,
  license_gap jsonb,
  terms text,
  no_promise boolean not null default false,
  coverage_area text,
  covers_from date,
  covers_to date,
  retention_ask text,
  kind text not null default 'own'::text,
  particulars jsonb,
  harvest_source_id bigint,
  missing_since timestamp with time zone,
  last_seen_at timestamp with time zone,
  taken_down_at timestamp with time zone,
  taken_down_for text,
  UNIQUE (slug),
  PRIMARY KEY (id)
);
CREATE INDEX dataset_keywords ON released.dataset USING gin (keywords);
CREATE INDEX dataset_place ON released.dataset USING btree (place);
CREATE INDEX dataset_search ON released.dataset USING gin (search);
CREATE INDEX dataset_words ON released.dataset USING gin (released.dataset_words(slug, keywords));
grant delete, insert, select, update on released.dataset to charter_app;
grant select on released.dataset to charter_granted;
grant select on released.dataset to charter_public;

create table released.dataset_version (
  dataset_id bigint not null,
  number integer not null,
  at timestamp with time zone not null,
  changed text[] not null,
  checksum text not null,
  content jsonb not null,
  policy_version integer,
  citation text not null,
  PRIMARY KEY (dataset_id, number),
  FOREIGN KEY (dataset_id) REFERENCES released.dataset(id) ON DELETE CASCADE
);
grant delete, insert, select, update on released.dataset_version to charter_app;
grant select on released.dataset_version to charter_granted;
grant select on released.dataset_version to charter_public;

create table released.datastream (
  id bigint not null,
  dataset_id bigint not null,
  external_key text,
  thing_id bigint not null,
  sensor_id bigint not null,
  observed_property_id bigint not null,
  name text not null,
  description text not null,
  observation_type text not null,
  unit_of_measurement jsonb not null,
  observed_area jsonb,
  properties jsonb,
  plausible_low double precision,
  plausible_high double precision,
  PRIMARY KEY (id),
  FOREIGN KEY (dataset_id) REFERENCES released.dataset(id) ON DELETE CASCADE,
  FOREIGN KEY (observed_property_id) REFERENCES released.observed_property(id) ON DELETE CASCADE,
  FOREIGN KEY (sensor_id) REFERENCES released.sensor(id) ON DELETE CASCADE,
  FOREIGN KEY (thing_id) REFERENCES released.thing(id) ON DELETE CASCADE
);
CREATE INDEX datastream_dataset ON released.datastream USING btree (dataset_id);
CREATE INDEX datastream_observed_property ON released.datastream USING btree (observed_property_id);
CREATE INDEX datastream_sensor ON released.datastream USING btree (sensor_id);
CREATE INDEX datastream_thing ON released.datastream USING btree (thing_id);
CREATE TRIGGER withdraw_files_of_moved AFTER UPDATE ON released.datastream REFERENCING OLD TABLE AS gone NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION released.withdraw_files_of_moved();
CREATE TRIGGER withdraw_published_files AFTER DELETE ON released.datastream REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION released.withdraw_published_files();
grant delete, insert, select, update on released.datastream to charter_app;
grant select on released.datastream to charter_granted;
grant select on released.datastream to charter_public;

create table released.datastream_extent (
  datastream_id bigint not null,
  readings bigint not null default 0,
  phenomenon_from timestamp with time zone,
  phenomenon_to timestamp with time zone,
  result_from timestamp with time zone,
  result_to timestamp with time zone,
  arrived_at timestamp with time zone,
  PRIMARY KEY (datastream_id)
);
grant delete, insert, select, update on released.datastream_extent to charter_app;
grant select on released.datastream_extent to charter_granted;
grant select on released.datastream_extent to charter_public;

create table released.destruction_certificate (
  number bigint not null,
  dataset_id bigint not null,
  body jsonb not null,
  PRIMARY KEY (number),
  FOREIGN KEY (dataset_id) REFERENCES released.dataset(id) ON DELETE CASCADE
);
CREATE INDEX destruction_certificate_dataset ON released.destruction_certificate USING btree (dataset_id, number);
grant delete, insert, select, update on released.destruction_certificate to charter_app;
grant select on released.destruction_certificate to charter_granted;
grant select on released.destruction_certificate to charter_public;

create table released.dictionary_column (
  dataset_id bigint not null,
  name text not null,
  kind text not null,
  unit text,
  meaning jsonb not null,
  sensitivity text not null,
  described_at timestamp with time zone not null,
  PRIMARY KEY (dataset_id, name),
  FOREIGN KEY (dataset_id) REFERENCES released.dataset(id) ON DELETE CASCADE
);
grant delete, insert, select, update on released.dictionary_column to charter_app;
grant select on released.dictionary_column to charter_granted;
grant select on released.dictionary_column to charter_public;

create table released.feature_of_interest (
  id bigint not null,
  dataset_id bigint not null,
  location_id bigint,
  name text not null,
  description text not null,
  encoding_type text not null,
  feature jsonb not null,
  properties jsonb,
  PRIMARY KEY (id)
);
grant delete, insert, select, update on released.feature_of_interest to charter_app;
grant select on released.feature_of_interest to charter_granted;
grant select on released.feature_of_interest to charter_public;

create table released.guide (
  place text not null,
  slug text not null,
  body jsonb not null,
  PRIMARY KEY (place, slug),
  FOREIGN KEY (place) REFERENCES released.place(slug),
  CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text))
);
grant delete, insert, select, update on released.guide to charter_app;
grant select on released.guide to charter_granted;
grant select on released.guide to charter_public;

create table released.harvest_source (
  id bigint not null,
  name text not null,
  url text not null,
  last_ok_at timestamp with time zone,
  PRIMARY KEY (id)
);
grant delete, insert, select, update on released.harvest_source to charter_app;
grant select on released.harvest_source to charter_granted;
grant select on released.harvest_source to charter_public;

create table released.historical_location (
  id bigint not null,
  thing_id bigint not null,
  "time" timestamp with time zone not null,
  PRIMARY KEY (id),
  FOREIGN KEY (thing_id) REFERENCES released.thing(id) ON DELETE CASCADE
);
CREATE INDEX historical_location_thing ON released.historical_location USING btree (thing_id, "time");
grant delete, insert, select, update on released.historical_location to charter_app;
grant select on released.historical_location to charter_granted;
grant select on released.historical_location to charter_public;

create table released.historical_location_location (
  historical_location_id bigint not null,
  location_id bigint not null,
  PRIMARY KEY (historical_location_id, location_id),
  FOREIGN KEY (historical_location_id) REFERENCES released.historical_location(id) ON DELETE CASCADE,
  FOREIGN KEY (location_id) REFERENCES released.location(id) ON DELETE CASCADE
);
CREATE INDEX historical_location_location_location ON released.historical_location_location USING btree (location_id);
grant delete, insert, select, update on released.historical_location_location to charter_app;
grant select on released.historical_location_location to charter_granted;
grant select on released.historical_location_location to charter_public;

create table released.holiday_list (
  place text not null,
  body jsonb not null,
  PRIMARY KEY (place)
);
grant delete, insert, select, update on released.holiday_list to charter_app;
grant select on released.holiday_list to charter_granted;
grant select on released.holiday_list to charter_public;

create table released.letter_template (
  place text not null,
  id text not null,
  body jsonb not null,
  PRIMARY KEY (place, id),
  FOREIGN KEY (place) REFERENCES released.place(slug)
);
grant delete, insert, select, update on released.letter_template to charter_app;
grant select on released.letter_template to charter_granted;
grant select on released.letter_template to charter_public;

create table released.location (
  id bigint not null,
  dataset_id bigint not null,
  external_key text,
  name text not null,
  description text not null,
  encoding_type text not null,
  location jsonb not null,
  properties jsonb,
  PRIMARY KEY (id)
);
grant delete, insert, select, update on released.location to charter_app;
grant select on released.location to charter_granted;
grant select on released.location to charter_public;

create table released.observation (
  datastream_id bigint not null,
  id bigint not null,
  phenomenon_start timestamp with time zone not null,
  phenomenon_end timestamp with time zone,
  result_time timestamp with time zone,
  result_number double precision,
  result_json jsonb,
  result_quality jsonb,
  valid_start timestamp with time zone,
  valid_end timestamp with time zone,
  parameters jsonb,
  feature_id bigint,
  PRIMARY KEY (datastream_id, phenomenon_start, id)
);
CREATE INDEX observation_feature ON released.observation USING btree (feature_id, id);
CREATE INDEX observation_id ON released.observation USING btree (id);
grant delete, insert, select, update on released.observation to charter_app;
grant select on released.observation to charter_granted;
grant select on released.observation to charter_public;

create table released.observed_property (
  id bigint not null,
  dataset_id bigint,
  external_key text,
  name text not null,
  definition text not null,
  description text not null,
  properties jsonb,
  PRIMARY KEY (id)
);
grant delete, insert, select, update on released.observed_property to charter_app;
grant select on released.observed_property to charter_granted;
grant select on released.observed_property to charter_public;

create table released.office (
  slug text not null,
  place text not null,
  name text not null,
  duty text not null,
  email text,
  phone text,
  address text,
  source text not null,
  shares text[] not null default '{}'::text[],
  PRIMARY KEY (slug),
  FOREIGN KEY (place) REFERENCES released.place(slug),
  CHECK ((shares <@ ARRAY['records-requests'::text, 'data-platform'::text])),
  CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text))
);
CREATE INDEX office_place ON released.office USING btree (place);
grant delete, insert, select, update on released.office to charter_app;
grant select on released.office to charter_granted;
grant select on released.office to charter_public;

create table released.place (
  slug text not null,
  kind text not null,
  parent text,
  name text not null,
  state text not null,
  time_zone text not null,
  longitude double precision not null,
  latitude double precision not null,
  demonstration boolean not null default false,
  code text,
  PRIMARY KEY (slug),
  FOREIGN KEY (parent) REFERENCES released.place(slug),
  CHECK ((code ~ '^[A-Z]{2,4}$'::text)),
  CHECK ((kind = ANY (ARRAY['region'::text, 'city'::text, 'neighborhood'::text]))),
  CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text))
);
CREATE UNIQUE INDEX place_code ON released.place USING btree (code);
grant delete, insert, select, update on released.place to charter_app;
grant select on released.place to charter_granted;
grant select on released.place to charter_public;

create table released.published_file (
  id bigint not null,
  dataset_id bigint not null,
  month date not null,
  edition integer,
  rows bigint,
  bytes bigint,
  sha256 text,
  made_at timestamp with time zone,
  ended_at timestamp with time zone,
  ended_why text,
  PRIMARY KEY (id),
  FOREIGN KEY (dataset_id) REFERENCES released.dataset(id) ON DELETE CASCADE
);
CREATE INDEX published_file_dataset ON released.published_file USING btree (dataset_id, month);
grant delete, insert, select, update on released.published_file to charter_app;
grant select on released.published_file to charter_granted;
grant select on released.published_file to charter_public;

create table released.published_file_piece (
  file_id bigint not null,
  part integer not null,
  data bytea not null,
  PRIMARY KEY (file_id, part),
  FOREIGN KEY (file_id) REFERENCES released.published_file(id) ON DELETE CASCADE
);
grant delete, insert, select, update on released.published_file_piece to charter_app;
grant select on released.published_file_piece to charter_granted;
grant select on released.published_file_piece to charter_public;

create table released.retention (
  dataset_id bigint not null,
  series text not null,
  rule_id text not null,
  duty text not null,
  PRIMARY KEY (dataset_id, series),
  FOREIGN KEY (dataset_id) REFERENCES released.dataset(id) ON DELETE CASCADE
);
grant delete, insert, select, update on released.retention to charter_app;
grant select on released.retention to charter_granted;
grant select on released.retention to charter_public;

create table released.rule (
  id text not null,
  recorded_at timestamp with time zone not null,
  body jsonb not null,
  recorded_by text not null,
  PRIMARY KEY (id, recorded_at)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON released.rule FOR EACH STATEMENT EXECUTE FUNCTION released.refuse_rule_change();
alter table released.rule enable always trigger append_only;
grant insert, select on released.rule to charter_app;
grant select on released.rule to charter_granted;
grant select on released.rule to charter_public;

create table released.rule_check (
  id bigint not null,
  rule_id text not null,
  recorded_at timestamp with time zone not null,
  result text not null,
  checked_at timestamp with time zone not null,
  PRIMARY KEY (id),
  FOREIGN KEY (rule_id, recorded_at) REFERENCES released.rule(id, recorded_at),
  CHECK ((result = ANY (ARRAY['agrees'::text, 'differs'::text, 'gone'::text])))
);
CREATE INDEX rule_check_rule ON released.rule_check USING btree (rule_id, recorded_at);
grant insert, select on released.rule_check to charter_app;
grant select on released.rule_check to charter_granted;
grant select on released.rule_check to charter_public;

create table released.rulebook (
  singleton boolean not null default true,
  version bigint not null,
  topics jsonb not null default '[]'::jsonb,
  offices jsonb not null default '[]'::jsonb,
  PRIMARY KEY (singleton),
  CHECK (singleton)
);
grant delete, insert, select, update on released.rulebook to charter_app;
grant select on released.rulebook to charter_granted;
grant select on released.rulebook to charter_public;

create table released.sensor (
  id bigint not null,
  dataset_id bigint,
  external_key text,
  name text not null,
  description text not null,
  encoding_type text not null,
  metadata jsonb not null,
  properties jsonb,
  PRIMARY KEY (id)
);
grant delete, insert, select, update on released.sensor to charter_app;
grant select on released.sensor to charter_granted;
grant select on released.sensor to charter_public;

create table released.table_column (
  table_id bigint not null,
  "position" integer not null,
  name text not null,
  type text not null,
  nullable boolean not null,
  is_key boolean not null,
  treated text,
  indexed boolean not null default false,
  PRIMARY KEY (table_id, "position"),
  FOREIGN KEY (table_id) REFERENCES released.data_table(id) ON DELETE CASCADE
);
grant delete, insert, select, update on released.table_column to charter_app;
grant select on released.table_column to charter_granted;
grant select on released.table_column to charter_public;

create table released.thing (
  id bigint not null,
  dataset_id bigint not null,
  external_key text,
  name text not null,
  description text not null,
  properties jsonb,
  PRIMARY KEY (id)
);
CREATE INDEX thing_dataset ON released.thing USING btree (dataset_id);
grant delete, insert, select, update on released.thing to charter_app;
grant select on released.thing to charter_granted;
grant select on released.thing to charter_public;

create table released.thing_location (
  thing_id bigint not null,
  location_id bigint not null,
  PRIMARY KEY (thing_id, location_id),
  FOREIGN KEY (location_id) REFERENCES released.location(id) ON DELETE CASCADE,
  FOREIGN KEY (thing_id) REFERENCES released.thing(id) ON DELETE CASCADE
);
CREATE INDEX thing_location_location ON released.thing_location USING btree (location_id);
grant delete, insert, select, update on released.thing_location to charter_app;
grant select on released.thing_location to charter_granted;
grant select on released.thing_location to charter_public;

create view visible.arrival with (security_invoker=true) as
 SELECT arrival.datastream_id,
    arrival.id,
    arrival.tx,
    arrival.first_id,
    arrival.last_id,
    arrival.readings,
    arrival.at
   FROM released.arrival
UNION ALL
 SELECT arrival.datastream_id,
    arrival.id,
    arrival.tx,
    arrival.first_id,
    arrival.last_id,
    arrival.readings,
    arrival.at
   FROM granted.arrival;
grant select on visible.arrival to charter_granted;

create view visible.datastream with (security_invoker=true) as
 SELECT datastream.id,
    datastream.dataset_id,
    datastream.external_key,
    datastream.thing_id,
    datastream.sensor_id,
    datastream.observed_property_id,
    datastream.name,
    datastream.description,
    datastream.observation_type,
    datastream.unit_of_measurement,
    datastream.observed_area,
    datastream.properties,
    datastream.plausible_low,
    datastream.plausible_high
   FROM released.datastream
UNION ALL
 SELECT datastream.id,
    datastream.dataset_id,
    datastream.external_key,
    datastream.thing_id,
    datastream.sensor_id,
    datastream.observed_property_id,
    datastream.name,
    datastream.description,
    datastream.observation_type,
    datastream.unit_of_measurement,
    datastream.observed_area,
    datastream.properties,
    datastream.plausible_low,
    datastream.plausible_high
   FROM granted.datastream;
grant select on visible.datastream to charter_granted;

create view visible.datastream_extent with (security_invoker=true) as
 SELECT datastream_extent.datastream_id,
    datastream_extent.readings,
    datastream_extent.phenomenon_from,
    datastream_extent.phenomenon_to,
    datastream_extent.result_from,
    datastream_extent.result_to,
    datastream_extent.arrived_at
   FROM released.datastream_extent
UNION ALL
 SELECT datastream_extent.datastream_id,
    datastream_extent.readings,
    datastream_extent.phenomenon_from,
    datastream_extent.phenomenon_to,
    datastream_extent.result_from,
    datastream_extent.result_to,
    datastream_extent.arrived_at
   FROM granted.datastream_extent;
grant select on visible.datastream_extent to charter_granted;

create view visible.feature_of_interest with (security_invoker=true) as
 SELECT feature_of_interest.id,
    feature_of_interest.dataset_id,
    feature_of_interest.location_id,
    feature_of_interest.name,
    feature_of_interest.description,
    feature_of_interest.encoding_type,
    feature_of_interest.feature,
    feature_of_interest.properties
   FROM released.feature_of_interest
UNION ALL
 SELECT feature_of_interest.id,
    feature_of_interest.dataset_id,
    feature_of_interest.location_id,
    feature_of_interest.name,
    feature_of_interest.description,
    feature_of_interest.encoding_type,
    feature_of_interest.feature,
    feature_of_interest.properties
   FROM granted.feature_of_interest;
grant select on visible.feature_of_interest to charter_granted;

create view visible.historical_location with (security_invoker=true) as
 SELECT historical_location.id,
    historical_location.thing_id,
    historical_location."time"
   FROM released.historical_location
UNION ALL
 SELECT historical_location.id,
    historical_location.thing_id,
    historical_location."time"
   FROM granted.historical_location;
grant select on visible.historical_location to charter_granted;

create view visible.historical_location_location with (security_invoker=true) as
 SELECT historical_location_location.historical_location_id,
    historical_location_location.location_id
   FROM released.historical_location_location
UNION ALL
 SELECT historical_location_location.historical_location_id,
    historical_location_location.location_id
   FROM granted.historical_location_location;
grant select on visible.historical_location_location to charter_granted;

create view visible.location with (security_invoker=true) as
 SELECT location.id,
    location.dataset_id,
    location.external_key,
    location.name,
    location.description,
    location.encoding_type,
    location.location,
    location.properties
   FROM released.location
UNION ALL
 SELECT location.id,
    location.dataset_id,
    location.external_key,
    location.name,
    location.description,
    location.encoding_type,
    location.location,
    location.properties
   FROM granted.location;
grant select on visible.location to charter_granted;

create view visible.observation with (security_invoker=true) as
 SELECT observation.datastream_id,
    observation.id,
    observation.phenomenon_start,
    observation.phenomenon_end,
    observation.result_time,
    observation.result_number,
    observation.result_json,
    observation.result_quality,
    observation.valid_start,
    observation.valid_end,
    observation.parameters,
    observation.feature_id
   FROM released.observation
UNION ALL
 SELECT observation.datastream_id,
    observation.id,
    observation.phenomenon_start,
    observation.phenomenon_end,
    observation.result_time,
    observation.result_number,
    observation.result_json,
    observation.result_quality,
    observation.valid_start,
    observation.valid_end,
    observation.parameters,
    observation.feature_id
   FROM granted.observation;
grant select on visible.observation to charter_granted;

create view visible.observed_property with (security_invoker=true) as
 SELECT observed_property.id,
    observed_property.dataset_id,
    observed_property.external_key,
    observed_property.name,
    observed_property.definition,
    observed_property.description,
    observed_property.properties
   FROM released.observed_property
UNION ALL
 SELECT observed_property.id,
    observed_property.dataset_id,
    observed_property.external_key,
    observed_property.name,
    observed_property.definition,
    observed_property.description,
    observed_property.properties
   FROM granted.observed_property;
grant select on visible.observed_property to charter_granted;

create view visible.sensor with (security_invoker=true) as
 SELECT sensor.id,
    sensor.dataset_id,
    sensor.external_key,
    sensor.name,
    sensor.description,
    sensor.encoding_type,
    sensor.metadata,
    sensor.properties
   FROM released.sensor
UNION ALL
 SELECT sensor.id,
    sensor.dataset_id,
    sensor.external_key,
    sensor.name,
    sensor.description,
    sensor.encoding_type,
    sensor.metadata,
    sensor.properties
   FROM granted.sensor;
grant select on visible.sensor to charter_granted;

create view visible.thing with (security_invoker=true) as
 SELECT thing.id,
    thing.dataset_id,
    thing.external_key,
    thing.name,
    thing.description,
    thing.properties
   FROM released.thing
UNION ALL
 SELECT thing.id,
    thing.dataset_id,
    thing.external_key,
    thing.name,
    thing.description,
    thing.properties
   FROM granted.thing;
grant select on visible.thing to charter_granted;

create view visible.thing_location with (security_invoker=true) as
 SELECT thing_location.thing_id,
    thing_location.location_id
   FROM released.thing_location
UNION ALL
 SELECT thing_location.thing_id,
    thing_location.location_id
   FROM granted.thing_location;
grant select on visible.thing_location to charter_granted;
