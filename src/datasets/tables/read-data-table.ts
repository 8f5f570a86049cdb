import type { Ctx } from '../../kit/context.ts';
import { Problem } from '../../kit/problem.ts';
import { type FoundTable, withTables } from './find-table.ts';

/** What is known of the table of a dataset that the asker may read: its columns, how many rows. Errors: not-found. */
export async function readDataTable(
  ctx: Ctx,
  input: { of: { dataset: string } | { table: string } },
): Promise<FoundTable> {
  return withTables(ctx, input.of, async (_, find) => {
    const found = await find();
    if (!found) throw new Problem('not-found', 'There is no such table.');
    return found;
  });
}
