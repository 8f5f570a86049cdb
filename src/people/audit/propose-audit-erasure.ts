import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { checkPermission } from '../permissions.ts';
import { openProposal } from '../proposal.ts';
import { erasureKind, parseNumbers, readErasable } from './audit-erasure.ts';
import { topPlace } from './audit-filter.ts';

/**
 * Proposes to erase what events said. `numbers` as people write them (“12, 15-17”); `reason` says under which schedule,
 * form or order, and does not repeat what is to be erased. Errors: not-allowed, invalid, not-found, conflict.
 */
export async function proposeAuditErasure(
  ctx: Ctx,
  input: { numbers: string; reason: string },
): Promise<{ id: string; version: string }> {
  checkPermission(ctx, 'propose-audit-erasure');
  const numbers = parseNumbers(input.numbers);
  return withTransaction(ctx.app, async (tx) => {
    const { commitments, places } = await readErasable(tx, numbers);
    for (const place of places) checkPermission(ctx, 'propose-audit-erasure', { place });
    const { rows } = await tx.query<{ top: string | null }>(`select ${topPlace} as top`);
    return openProposal(tx, ctx, {
      kind: erasureKind,
      subject: `audit-event:${numbers.join(',')}`,
      // Events of several places concern the one above them.
      place: (places.length === 1 ? places[0] : rows[0]?.top) ?? null,
      office: null,
      content: { before: { commitments }, after: { content: 'erased' } },
      reason: input.reason,
    });
  });
}
