import type { Ctx } from '../../kit/context.ts';
import { checkPermission } from '../../people/index.ts';
import { findManaged } from './managed-table.ts';

/** The rows of a file that could not be stored, as CSV: at most 10,000 of them. Errors: not-allowed, not-found. */
export async function readRejects(
  ctx: Ctx,
  input: { upload: string },
): Promise<{ fileName: string; body: string }> {
  checkPermission(ctx, 'manage-tables');
  const dataset = await findManaged(ctx, input);
  checkPermission(ctx, 'manage-tables', dataset);
  const field = (sql: string) =>
    `'"' || replace(case when ${sql} ~ '^[=+@\\t\\r-]' then '''' || ${sql} else ${sql} end, '"', '""') || '"'`;
  const { rows } = await ctx.app.query<{ body: string }>(
    `select coalesce(string_agg(line || ',' || ${field('column_name')} || ',' || ${field('value')} || ',' || ${field('reason')}, e'\\r\\n'
       order by number), '') as body from private.table_reject where upload_id::text = $1`,
    [input.upload],
  );
  return {
    fileName: `${dataset.slug}-rows-not-stored-${input.upload}.csv`,
    body: `line,column,value,reason\r\n${rows[0]?.body ?? ''}\r\n`,
  };
}
