import { readCase, type StaffCaseFile } from '../cases/index.ts';
import type { Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission, isPermitted } from '../people/index.ts';
import { breachKind, type Exposure } from './breach.ts';

export type Breach = {
  file: StaffCaseFile;
  exposure: Partial<Exposure>;
  reason: string;
  redaction: { decision: string; reason: string; source: string; at: string } | null;
  statement: string | null;
  /** May decide and close it. */
  mayWork: boolean;
};

/** A breach case with what was exposed. Errors: signed-out, not-allowed, not-found. */
export async function readBreach(ctx: Ctx, input: { number: string }): Promise<Breach> {
  checkPermission(ctx, 'see-breaches');
  const file = await readCase(ctx, input);
  if (file.kind !== breachKind || !isPermitted(ctx, 'see-breaches', file))
    throw new Problem('not-found', `There is no breach ${input.number}.`);
  const { rows } = await ctx.app.query<Pick<Breach, 'exposure' | 'reason' | 'redaction' | 'statement'>>(
    `select b.exposure, t.reason, b.statement, case when b.redaction is not null then json_build_object(
       'decision', b.redaction, 'reason', b.redaction_reason, 'source', b.redaction_source, 'at', b.redaction_at) end as redaction
     from private.breach b join private.takedown t on t.id = b.takedown_id where b.case_id = $1`,
    [file.id],
  );
  const found = rows[0];
  if (!found) throw new Error(`The breach of case ${file.id} has lost its row: restore it from a backup.`);
  return { file, ...found, mayWork: isPermitted(ctx, 'work-on-breaches', file) && !file.closedAt };
}
