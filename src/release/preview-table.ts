import { randomBytes } from 'node:crypto';
import type { Ctx } from '../kit/context.ts';
import { checkPermission } from '../people/index.ts';
import { readPolicy, readUnderPolicy } from './policy-change.ts';
import { type Looked, listed, lookAt, recordLook } from './preview-policy.ts';
import { compilePolicy } from './table-policy.ts';

export type TablePreview = Looked & {
  raw: { columns: string[]; rows: (string | null)[][] };
  released: { columns: string[]; rows: (string | null)[][] };
  /** Each row is released, but not in the order in which they came. */
  mixed: boolean;
};

/**
 * The same as previewPolicy for the newest rows of a dataset's table, by the select that releases it, as it will be when
 * what is delayed is due. Null: there is no table. Errors: signed-out, not-allowed, not-found, invalid (the policy).
 */
export async function previewTable(
  ctx: Ctx,
  input: { dataset: string; policy: unknown },
): Promise<TablePreview | null> {
  checkPermission(ctx, 'preview-policy');
  const dataset = await readUnderPolicy(ctx.app, input.dataset);
  checkPermission(ctx, 'preview-policy', dataset);
  const policy = readPolicy(dataset, { reason: '-', ...(input.policy as object) });
  const { rows: tables } = await ctx.app.query<{ relation: string; zone: string }>(
    `select lies || '.t' || id || '_' || generation as relation, zone from private.data_table
     where dataset_id = $1 and generation is not null and lies is not null`,
    [dataset.id],
  );
  const [table] = tables;
  if (!table || dataset.columns.length === 0) return null;
  if (!/^(private|released|granted)\.t\d+_\d+$/.test(table.relation))
    throw new Error('a table is known by numbers');
  const compiled = compilePolicy(dataset.columns, policy);
  await recordLook(ctx, dataset.id);
  const sample = `(select * from ${table.relation} order by _id desc limit ${lookAt(policy)})`;
  const texts = (columns: { position: number }[]) =>
    `json_build_array(${columns.map(({ position }) => `to_jsonb(x.c${position}) #>> '{}'`).join(', ')}) as row`;
  const raw = await ctx.app.query<{ row: (string | null)[] }>(
    `select ${texts(dataset.columns)} from ${sample} x order by x._id desc`,
  );
  // As when all is due: in the last year that every clock can write.
  const shown = await ctx.app.query<{ row: (string | null)[] }>(
    `select ${texts(compiled.columns)} from (${compiled.select(sample)}) x order by x._id desc`,
    [randomBytes(32), new Date('9999-01-01T00:00:00Z'), table.zone],
  );
  const count = compiled.columns.findIndex(
    (column) => column.treated === 'aggregate' && column.type === 'integer' && !column.nullable,
  );
  const kept = shown.rows.reduce((sum, { row }) => sum + (count < 0 ? 1 : Number(row[count])), 0);
  return {
    looked: raw.rows.length,
    withheld: raw.rows.length - kept,
    mixed: !compiled.rowByRow && count < 0,
    raw: {
      columns: dataset.columns.map(({ name }) => name),
      rows: raw.rows.slice(0, listed).map(({ row }) => row),
    },
    released: {
      columns: compiled.columns.map(({ name }) => name),
      rows: shown.rows.slice(0, listed).map(({ row }) => row),
    },
  };
}
