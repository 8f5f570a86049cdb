import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { checkPermission, recordAudit } from '../../people/index.ts';
import { findSource } from './find-source.ts';

/**
 * Stops a source, starts it again, or has it read at the next look (`now`). The entries of one that is stopped stay as they
 * were last seen. Errors: signed-out, not-allowed, not-found.
 */
export async function switchSource(
  ctx: Ctx,
  input: { source: string; to: 'stopped' | 'started' | 'now' },
): Promise<void> {
  checkPermission(ctx, 'manage-harvest');
  await withTransaction(ctx.app, async (tx) => {
    const source = await findSource(tx, ctx, input.source, 'manage-harvest');
    const enabled = input.to !== 'stopped';
    await tx.query(
      'update private.harvest_source set enabled = $2, next_at = case when $2 then $3 else next_at end where id = $1',
      [source.id, input.to === 'now' ? source.enabled : enabled, ctx.clock.now()],
    );
    if (input.to === 'now' || source.enabled === enabled) return;
    await recordAudit(tx, ctx, {
      kind: enabled ? 'harvest-source-started' : 'harvest-source-stopped',
      subject: `harvest-source:${source.id}`,
      content: { source: source.name },
    });
  });
}
