import type { Ctx } from '../../kit/context.ts';
import { checkPermission } from '../../people/index.ts';
import { columnsJson } from './find-table.ts';
import { findManaged, type ManagedDataset } from './managed-table.ts';
import type { FileGuess, TableColumn, TablePlan } from './table.ts';

export type DeskUpload = {
  id: string;
  source: 'upload' | 'fetch';
  fileName: string;
  bytes: number;
  state: 'receiving' | 'staged' | 'queued' | 'stored' | 'failed' | 'forgotten';
  guess: FileGuess | null;
  plan: TablePlan | null;
  madeAt: string;
  finishedAt: string | null;
  by: string;
  rowsStored: number | null;
  rowsReplaced: number | null;
  rowsBad: number | null;
  error: string | null;
  /** Of the file, from 0 to 1. */
  part: number | null;
  rowsRead: number | null;
  rejects: { line: number; column: string; value: string; reason: string }[];
};

export type TableFetch = {
  url: string;
  every: string;
  mode: string;
  nextAt: string;
  lastAt: string | null;
  lastResult: string | null;
  lastError: string | null;
  failures: number;
};

export type TableDesk = {
  dataset: ManagedDataset & { access: string };
  table: {
    rows: number;
    version: number;
    changedAt: string;
    columns: TableColumn[];
    /** Everybody can read it now. */
    shown: boolean;
    fault: string | null;
  } | null;
  uploads: DeskUpload[];
  fetch: TableFetch | null;
};

/** What a data steward sees of a dataset's table: what is in it, the files of late, what is fetched. */
export async function readTableDesk(ctx: Ctx, input: { dataset: string }): Promise<TableDesk> {
  checkPermission(ctx, 'manage-tables');
  const dataset = await findManaged(ctx, input);
  checkPermission(ctx, 'manage-tables', dataset);
  const [{ rows: access }, { rows: tables }, { rows: uploads }, { rows: fetches }] = await Promise.all([
    ctx.app.query<{ access: string }>('select access from private.dataset where id = $1', [dataset.id]),
    ctx.app.query<NonNullable<TableDesk['table']>>(
      `select t.rows::float8 as rows, t.version, to_json(t.changed_at) #>> '{}' as "changedAt", t.fault,
         coalesce(${columnsJson('private', 't.id')}, '[]') as columns,
         exists (select from released.data_table r where r.id = t.id and r.policy_version = d.policy_version) as shown
       from private.data_table t join private.dataset d on d.id = t.dataset_id
       where t.dataset_id = $1 and t.generation is not null`,
      [dataset.id],
    ),
    ctx.app.query<DeskUpload>(
      `select u.id, u.source, u.file_name as "fileName", u.bytes::float8 as bytes, u.state, u.guess, u.plan,
         to_json(u.made_at) #>> '{}' as "madeAt", to_json(u.finished_at) #>> '{}' as "finishedAt",
         coalesce((select coalesce(p.name, p.email) from private.person p where 'person:' || p.id = u.actor), u.actor) as by,
         u.rows_stored::float8 as "rowsStored", u.rows_replaced::float8 as "rowsReplaced", u.rows_bad::float8 as "rowsBad",
         u.error, g.part::float8 as part, g.rows_read::float8 as "rowsRead",
         (select coalesce(json_agg(json_build_object('line', r.line, 'column', r.column_name, 'value', r.value, 'reason', r.reason)
            order by r.number), '[]') from private.table_reject r where r.upload_id = u.id and r.number <= 5) as rejects
       from private.table_upload u left join private.table_progress g on g.upload_id = u.id
       where u.dataset_id = $1 order by u.id desc limit 20`,
      [dataset.id],
    ),
    ctx.app.query<TableFetch>(
      `select url, every::text, mode, to_json(next_at) #>> '{}' as "nextAt", to_json(last_at) #>> '{}' as "lastAt",
         last_result as "lastResult", last_error as "lastError", failures from private.table_fetch where dataset_id = $1`,
      [dataset.id],
    ),
  ]);
  return {
    dataset: { ...dataset, access: access[0]?.access ?? 'restricted' },
    table: tables[0] ?? null,
    uploads,
    fetch: fetches[0] ?? null,
  };
}
