import type { Ctx } from '../../kit/context.ts';
import { withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission, recordAudit } from '../../people/index.ts';
import { projectDatasets } from '../../release/index.ts';
import { findSource } from './find-source.ts';

/**
 * Takes entries of a source out of the catalog: those that its portal does not list any more, or all of one that is stopped.
 * One that its portal lists again comes back. Errors: signed-out, not-allowed, not-found, conflict (all of one that is not stopped).
 */
export async function withdrawEntries(
  ctx: Ctx,
  input: { source: string; which: 'missing' | 'all' },
): Promise<number> {
  checkPermission(ctx, 'manage-harvest');
  return withTransaction(ctx.app, async (tx) => {
    const source = await findSource(tx, ctx, input.source, 'manage-harvest');
    if (input.which === 'all' && source.enabled)
      throw new Problem('conflict', 'Stop the source first: else its entries come back at the next reading.');
    const { rows } = await tx.query<{ id: string }>(
      `update private.dataset d set listed = false, missing_since = coalesce(d.missing_since, $2),
         last_seen_at = coalesce(d.last_seen_at, s.last_ok_at)
       from private.harvest_source s
       where s.id = $1 and d.harvest_source_id = s.id and d.kind = 'external' and d.listed
         and (d.missing_since is not null or $3) returning d.id`,
      [source.id, ctx.clock.now(), input.which === 'all'],
    );
    if (rows.length === 0) return 0;
    await projectDatasets(
      tx,
      rows.map(({ id }) => id),
    );
    await recordAudit(tx, ctx, {
      kind: 'harvest-entries-withdrawn',
      subject: `harvest-source:${source.id}`,
      content: { source: source.name, which: input.which, entries: rows.length },
    });
    return rows.length;
  });
}
