-- Arrivals older than the replay window are removed; a feed that resumes from before this transaction is told so.
create table released.arrival_replay (
  singleton boolean primary key default true check (singleton),
  pruned_before xid8 not null default '0'
);
insert into released.arrival_replay default values;
