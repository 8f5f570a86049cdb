import type { Ctx } from '../../kit/context.ts';
import { Problem } from '../../kit/problem.ts';
import { type FoundTable, findOpenTable } from './find-table.ts';

/** What is known of the table of an open dataset: its columns, how many rows, when they changed. Errors: not-found. */
export async function readDataTable(
  ctx: Ctx,
  input: { of: { dataset: string } | { table: string } },
): Promise<FoundTable> {
  const found = await findOpenTable(ctx.public, input.of);
  if (!found) throw new Problem('not-found', 'There is no such table.');
  return found;
}
