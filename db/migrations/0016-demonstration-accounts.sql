-- Invented people of the demonstration: nobody signs in as one but at the machine itself (src/people/roles/sign-in-to-demonstration.ts).
alter table private.person add column demonstration boolean not null default false;
alter table private.session drop constraint session_method_check;
alter table private.session add constraint session_method_check
  check (method in ('link', 'second-factor', 'passkey', 'provider', 'demonstration'));
