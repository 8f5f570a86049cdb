import { type CaseFile, readCaseStatus } from '../cases/index.ts';
import type { Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission } from '../people/index.ts';
import { reportKind } from './report.ts';
import { type ReportFacts, readFacts } from './report-facts.ts';

/** What the holder of the private link sees of his report. Errors: not-found. */
export async function readReportStatus(
  ctx: Ctx,
  input: { secret: string },
): Promise<{ file: CaseFile; report: ReportFacts }> {
  checkPermission(ctx, 'open-a-private-link');
  const file = await readCaseStatus(ctx, input);
  if (file.kind !== reportKind)
    throw new Problem('not-found', 'This link opens no report. Copy it whole from your receipt.');
  return { file, report: await readFacts(ctx.app, file.id) };
}
