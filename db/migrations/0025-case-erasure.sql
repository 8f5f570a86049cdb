-- What a closed case says may be erased, whole, under an approval of two people (src/cases/decide-case-erasure.ts): its
-- events stay and verify. The database holds the way: only a case that an approval of the same transaction names.
create table private.case_erasure (
  case_id bigint primary key references private.case_record,
  proposal_id bigint not null references private.proposal,
  erased_at timestamptz not null
);
revoke update, delete, truncate on private.case_erasure from charter_app;

create function private.guard_case_erasure() returns trigger language plpgsql as $$
begin
  if exists (
    select from private.proposal p
    where p.id = new.proposal_id and p.kind = 'case-erasure' and p.subject = 'case:' || new.case_id
      and p.decision = 'approved' and p.xmin = pg_current_xact_id()::xid
  ) then return new; end if;
  raise exception 'private.case_erasure: no approval of this transaction names the case'
    using errcode = 'insufficient_privilege';
end $$;
create trigger approved before insert on private.case_erasure
  for each row execute function private.guard_case_erasure();
alter table private.case_erasure enable always trigger approved;

create function private.guard_case_content() returns trigger language plpgsql as $$
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
end $$;

drop trigger append_only on private.case_event_content;
create trigger erased_by_approval before delete on private.case_event_content
  for each row execute function private.guard_case_content();
create trigger kept before update or truncate on private.case_event_content
  for each statement execute function private.refuse_case_change();
create trigger erased_by_approval before delete on private.case_document
  for each row execute function private.guard_case_content();
create trigger kept before update or truncate on private.case_document
  for each statement execute function private.refuse_case_change();
create trigger erased_by_approval before delete on private.case_note
  for each row execute function private.guard_case_content();
create trigger kept before update or truncate on private.case_note
  for each statement execute function private.refuse_case_change();
alter table private.case_event_content enable always trigger erased_by_approval;
alter table private.case_event_content enable always trigger kept;
alter table private.case_document enable always trigger erased_by_approval;
alter table private.case_document enable always trigger kept;
alter table private.case_note enable always trigger erased_by_approval;
alter table private.case_note enable always trigger kept;
grant delete on private.case_event_content, private.case_document, private.case_note to charter_app;

-- Each feature empties its own row of what people said; the spine does not know it.
create function private.erase_question() returns trigger language plpgsql as $$
begin
  update private.question set question = '', answer = case when answer is null then null else '' end
  where case_id = new.case_id;
  return null;
end $$;
create trigger erase_question after insert on private.case_erasure
  for each row execute function private.erase_question();
alter table private.case_erasure enable always trigger erase_question;
