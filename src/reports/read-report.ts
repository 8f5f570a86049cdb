import { readCase, type StaffCaseFile } from '../cases/index.ts';
import type { Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission } from '../people/index.ts';
import { reportKind } from './report.ts';
import { type ReportFacts, readFacts } from './report-facts.ts';

/** A report with all that staff see of it. Errors: signed-out, not-allowed, not-found. */
export async function readReport(
  ctx: Ctx,
  input: { number: string },
): Promise<{
  file: StaffCaseFile;
  report: ReportFacts;
  /** Versions of the dataset's description since it was reported, the newest first. */
  versions: { number: number; at: string }[];
}> {
  checkPermission(ctx, 'see-cases');
  const file = await readCase(ctx, input);
  if (file.kind !== reportKind) throw new Problem('not-found', `There is no report ${input.number}.`);
  const report = await readFacts(ctx.app, file.id);
  const { rows } = await ctx.app.query<{ number: number; at: string }>(
    `select v.number, v.at from private.dataset_version v join private.dataset ds on ds.id = v.dataset_id
     where ds.slug = $1 and v.at > $2 order by v.number desc limit 20`,
    [report.dataset, file.openedAt],
  );
  return { file, report, versions: rows };
}
