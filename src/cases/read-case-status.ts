import type { Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import { hashSecret } from '../people/index.ts';
import { caseColumns } from './case.ts';
import { asParty, type CaseFile, partiesFile } from './read-case.ts';

/**
 * What the holder of a private link sees of the case: its state, days and history as far as they are for the parties, and
 * nothing that is for the office alone. Errors: not-found, with one message for every link that opens nothing.
 */
export async function readCaseStatus(ctx: Ctx, input: { secret: string }): Promise<CaseFile> {
  const { rows } = await ctx.app.query<CaseFile>(
    `select ${caseColumns}, ${partiesFile} where c.link_hash = $1`,
    [hashSecret(input.secret)],
  );
  const found = rows[0];
  if (!found) throw new Problem('not-found', 'This link opens no case. Copy it whole from your receipt.');
  return asParty(found);
}
