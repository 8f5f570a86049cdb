-- What is shown of a table was released under one access class and one policy. When either changes, its row goes in the
-- same transaction, so that no door finds it before it is settled (src/datasets/tables/settle-table.ts).
create function private.withhold_table() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  delete from released.data_table where dataset_id = new.id;
  delete from granted.data_table where dataset_id = new.id;
  return null;
end $$;
create trigger withhold_table after update of access, policy, policy_version on private.dataset for each row
  when (old.access <> new.access or old.policy_version <> new.policy_version or old.policy is distinct from new.policy)
  execute function private.withhold_table();
