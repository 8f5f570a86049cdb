-- Questions to an office (src/questions): what the spine of cases does not know about them.
create table private.question (
  case_id bigint primary key references private.case_record,
  -- The rule or gap that it began from, if any; rules are kept by record and never go.
  rule_id text,
  topic text not null,
  aspect text,
  -- What was asked about: a city or one of its neighborhoods.
  place text not null references released.place,
  question text not null,
  -- The language of the letters.
  language text not null check (language in ('en', 'es')),
  -- The office's letters may name the asker's mail address.
  share_email boolean not null,
  answer text,
  -- How the answer came, and on which day.
  answer_how text check (answer_how in ('paper', 'mail', 'phone', 'in-person', 'here')),
  answer_day date,
  answered_by text,
  answered_at timestamptz,
  check ((answer is null) = (answered_at is null)),
  check ((answer is null) = (answered_by is null)),
  check ((answer is null) = (answer_how is null)),
  check ((answer is null) = (answer_day is null))
);
revoke delete, truncate on private.question from charter_app;
