-- What an audit event said may be erased, under an approval of two people (src/people/audit/decide-audit-erasure.ts). The
-- database holds the way too: only what the proposal names, and only in the transaction that approves it.
create function private.guard_audit_erasure() returns trigger language plpgsql as $$
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
end $$;

create trigger erased_by_approval before delete on private.audit_content
  for each row execute function private.guard_audit_erasure();
create trigger kept before update or truncate on private.audit_content
  for each statement execute function private.guard_audit_erasure();
alter table private.audit_content enable always trigger erased_by_approval;
alter table private.audit_content enable always trigger kept;
grant delete on private.audit_content to charter_app;

-- A proposal is decided, and otherwise stays as it was made.
revoke update, delete on private.proposal from charter_app;
grant update (decision, decided_by, decided_at, decision_reason) on private.proposal to charter_app;
