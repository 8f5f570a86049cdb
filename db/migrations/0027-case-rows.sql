-- What the tables say of a case, row by row and field by field, so that each event can seal what has changed since the one
-- before (src/cases/case-rows.ts) and `charter-oak verify` finds what was changed past the history. Texts are hashed:
-- an event need not repeat them. A feature with a table of its own replaces this function with its rows added.
create function private.hash_of(said text) returns text language sql immutable strict as $$
  select encode(sha256(convert_to(said, 'UTF8')), 'hex')
$$;

create function private.case_rows(of bigint) returns table (part text, fields jsonb) language sql stable as $$
  select 'case_record', jsonb_build_object('number', c.number, 'kind', c.kind, 'state', c.state, 'place', c.place,
    'office', c.office, 'assignee', c.assignee::text, 'title', private.hash_of(c.title),
    'opened_at', extract(epoch from c.opened_at)::text, 'closed_at', extract(epoch from c.closed_at)::text,
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
$$;
