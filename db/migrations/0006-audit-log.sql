-- Who did what: an append-only chain (src/kit/chain.ts, docs/decisions/006-audit-chain.md).
create table private.audit_event (
  number bigint primary key check (number > 0),
  at timestamptz not null,
  actor text not null,
  kind text not null,
  subject text not null,
  commitment bytea not null check (octet_length(commitment) = 32),
  hash bytea not null check (octet_length(hash) = 32)
);
create index on private.audit_event (kind, number);
create index on private.audit_event (actor, number);
create index on private.audit_event (subject, number);
create index on private.audit_event (at);

-- What an event said. It may be erased under an approved disposition; the event stays and verifies without it.
create table private.audit_content (
  number bigint primary key references private.audit_event,
  salt bytea not null check (octet_length(salt) = 32),
  content jsonb not null
);

-- The last event. A writer locks this row, so that numbers have no gaps and the chain is one line.
create table private.audit_head (
  singleton boolean primary key default true check (singleton),
  number bigint not null,
  hash bytea not null check (octet_length(hash) = 32)
);
insert into private.audit_head (number, hash) values (0, decode(repeat('00', 32), 'hex'));

-- The default privileges of 0001 give more. Erasing content will be granted with the action that does it.
revoke update, delete, truncate on private.audit_event, private.audit_content from charter_app;
revoke insert, delete, truncate on private.audit_head from charter_app;

create function private.refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'private.audit_event is append-only: % is refused', lower(tg_op)
    using errcode = 'insufficient_privilege',
      hint = 'Record a new event that corrects the old one. What an event said can be erased from private.audit_content.';
end $$;

create trigger append_only before update or delete or truncate on private.audit_event
  for each statement execute function private.refuse_audit_change();
-- Also while session_replication_role is set to replica, which silences other triggers.
alter table private.audit_event enable always trigger append_only;
