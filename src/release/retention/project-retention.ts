import type { Tx } from '../../kit/database.ts';

/**
 * Brings what the public is told of these datasets' retention into line: the rule of each series, and what was destroyed
 * under which certificate, of datasets with an entry in the catalog. No name of a person is in it.
 */
export async function projectRetention(tx: Tx, datasetIds: readonly string[]): Promise<void> {
  await tx.query('delete from released.retention where dataset_id = any($1::bigint[])', [datasetIds]);
  await tx.query(
    `insert into released.retention (dataset_id, series, rule_id, duty)
     select s.dataset_id, s.series, s.rule_id, s.duty from (
       select distinct on (dataset_id, series) * from private.retention_series
       where dataset_id = any($1::bigint[]) order by dataset_id, series, id desc) s
     join released.dataset d on d.id = s.dataset_id where s.rule_id is not null`,
    [datasetIds],
  );
  await tx.query(
    `insert into released.destruction_certificate (number, dataset_id, body)
     select c.number, d.id, jsonb_build_object('at', c.content ->> 'endedAt', 'readings', c.content -> 'readings',
       'series', c.content -> 'series', 'from', c.content -> 'from', 'to', c.content -> 'to', 'sha256', c.content -> 'sha256',
       'rule', c.content -> 'rule' -> 'id', 'form', c.content -> 'disposition' -> 'form', 'formDate',
       c.content -> 'disposition' -> 'formDate')
     from private.destruction_certificate c join private.destruction_run r on r.id = c.run_id
     join released.dataset d on d.id = r.dataset_id
     where r.dataset_id = any($1::bigint[]) on conflict (number) do nothing`,
    [datasetIds],
  );
}
