-- That a rule's text was compared, as everybody may see it: when, and what was found. Who it was and the note stay in
-- private.rule_check: staff are not named in public, their office answers for it.
create table released.rule_check (
  id bigint primary key,
  rule_id text not null,
  recorded_at timestamptz not null,
  result text not null check (result in ('agrees', 'differs', 'gone')),
  checked_at timestamptz not null,
  foreign key (rule_id, recorded_at) references released.rule
);
create index rule_check_rule on released.rule_check (rule_id, recorded_at);
insert into released.rule_check (id, rule_id, recorded_at, result, checked_at)
  select id, rule_id, recorded_at, result, checked_at from private.rule_check;
revoke update, delete, truncate on released.rule_check from charter_app;

-- When a rule editor was last written to about texts that are due to be compared: once a week at most.
create table private.recheck_letter (
  person_id bigint primary key references private.person on delete cascade,
  sent_at timestamptz not null
);
