import type { Queryable } from '../../kit/database.ts';

/** Leave to destroy that is in force, with who gave it and a run that is under way. */
export type Leave = {
  id: string;
  datasetId: string;
  series: string;
  /** Null: whatever falls due. */
  until: string | null;
  ruleId: string;
  recordedAt: string;
  formNumber: string;
  formDate: string;
  proposedBy: string;
  approvedBy: string;
  approvedAt: string;
  /** How many readings a run that is under way has destroyed so far; null when there is none. */
  running: number | null;
};

const person = (column: string) =>
  `coalesce((select coalesce(w.name, w.email) from private.person w where 'person:' || w.id = ${column}), ${column})`;

/** The leaves of these datasets that have not been ended. */
export async function leavesInForce(db: Queryable, datasetIds: readonly string[]): Promise<Leave[]> {
  const { rows } = await db.query<Leave>(
    `select d.id::text, d.dataset_id::text as "datasetId", d.series, d.until, d.rule_id as "ruleId",
       d.rule_recorded_at as "recordedAt", d.form_number as "formNumber", d.form_date as "formDate",
       ${person('p.proposed_by')} as "proposedBy", ${person('p.decided_by')} as "approvedBy", d.approved_at as "approvedAt",
       (select coalesce(sum(t.readings), 0)::int from private.destruction_run r join private.destruction_part t on t.run_id = r.id
        where r.disposition_id = d.id and r.certificate is null having count(*) > 0) as running
     from private.disposition d join private.proposal p on p.id = d.proposal_id
     where d.dataset_id = any($1::bigint[])
       and not exists (select from private.disposition_end e where e.disposition_id = d.id)
     order by d.id`,
    [datasetIds],
  );
  return rows;
}

/** Whether leave is for this very record of the rule: a correction asks for new leave. */
export function isFor(leave: Pick<Leave, 'ruleId' | 'recordedAt'>, rule: { id: string; recordedAt: string }) {
  return leave.ruleId === rule.id && Date.parse(leave.recordedAt) === Date.parse(rule.recordedAt);
}
