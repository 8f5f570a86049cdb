import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission, openProposal } from '../people/index.ts';
import { parseCaseNumber } from './case.ts';
import { caseErasure, readErasable } from './case-erasure.ts';
import { lockCase } from './events.ts';

/**
 * Proposes to erase what a closed case says. `reason` names the schedule, form or order, and does not repeat what is to be
 * erased. Errors: signed-out, not-allowed, not-found, invalid (`details.field`), conflict (open, erased, or waiting).
 */
export async function proposeCaseErasure(
  ctx: Ctx,
  input: { number: string; reason: string },
): Promise<{ id: string; version: string }> {
  checkPermission(ctx, 'propose-case-erasure');
  const number = parseCaseNumber(input.number);
  if (!number)
    throw new Problem('invalid', 'Write the number of a case, such as DAN-ASK-2026-00012.', {
      details: { field: 'number' },
    });
  return withTransaction(ctx.app, async (tx) => {
    const on = await lockCase(tx, number);
    checkPermission(ctx, 'propose-case-erasure', on);
    return openProposal(tx, ctx, {
      kind: caseErasure,
      subject: `case:${on.id}`,
      place: on.place,
      office: on.office,
      content: { before: await readErasable(tx, on), after: { content: 'erased' } },
      reason: input.reason,
    });
  });
}
