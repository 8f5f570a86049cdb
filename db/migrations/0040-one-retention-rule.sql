-- Which rule says how long a dataset is kept stood twice: in its description, which told the public, and in
-- retention_series, which decides. Now the series `*` alone says it. What only the description named, or named otherwise,
-- is taken over with a clock that makes nothing due: a person says first what its period starts with.
insert into private.retention_series (dataset_id, series, rule_id, duty, clock, reason, set_by, set_at)
select ds.id, '*', ds.retention_rule, 'may', 'another', 'Named in the description of the dataset.', 'operator', now()
from private.dataset ds
left join lateral (
  select s.rule_id from private.retention_series s where s.dataset_id = ds.id and s.series = '*' order by s.id desc limit 1
) s on true
where ds.retention_rule is not null and s.rule_id is distinct from ds.retention_rule;

insert into released.retention (dataset_id, series, rule_id, duty)
select s.dataset_id, s.series, s.rule_id, s.duty
from (select distinct on (dataset_id) * from private.retention_series where series = '*' order by dataset_id, id desc) s
join released.dataset d on d.id = s.dataset_id where s.rule_id is not null
on conflict (dataset_id, series) do update set rule_id = excluded.rule_id, duty = excluded.duty;

update private.dataset ds set retention_ask = null where exists (
  select from private.retention_series s where s.dataset_id = ds.id and s.series = '*' and s.rule_id is not null
    and not exists (select from private.retention_series n where n.dataset_id = s.dataset_id and n.series = '*' and n.id > s.id));
update released.dataset r set retention_ask = null from private.dataset ds
where ds.id = r.id and ds.retention_ask is null and r.retention_ask is not null;

create or replace function private.guard_destruction() returns trigger language plpgsql as $$
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
end $$;

alter table private.dataset drop column retention_rule;
alter table released.dataset drop column retention_rule;
