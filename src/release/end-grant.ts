import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission, nameOf, recordAudit } from '../people/index.ts';
import { forgetGranted } from './read-granted.ts';

/**
 * Ends a grant at once: what the person's keys are being sent stops within seconds. Errors: signed-out, not-allowed,
 * not-found, too-late (ended already), invalid (no reason).
 */
export async function endGrant(ctx: Ctx, input: { grant: string; reason: string }): Promise<void> {
  checkPermission(ctx, 'grant-datasets');
  const reason = input.reason.trim();
  if (reason.length === 0 || reason.length > 1000 || reason.includes('\0'))
    throw new Problem('invalid', 'Give a reason of 1 to 1000 characters.', { details: { field: 'reason' } });
  await withTransaction(ctx.app, async (tx) => {
    const { rows } = await tx.query<{
      dataset: string;
      slug: string;
      place: string | null;
      office: string | null;
      person: string;
      ended: boolean;
    }>(
      `select ds.id as dataset, ds.slug, ds.place, ds.office, g.person_id as person, g.ended_at is not null as ended
       from private.dataset_grant g join private.dataset ds on ds.id = g.dataset_id
       where g.id::text = $1 for no key update of g`,
      [input.grant],
    );
    const [grant] = rows;
    if (!grant) throw new Problem('not-found', 'There is no such grant.');
    checkPermission(ctx, 'grant-datasets', grant);
    if (grant.ended) throw new Problem('too-late', 'This grant has ended already.');
    await tx.query(
      'update private.dataset_grant set ended_at = $2, ended_by = $3, end_reason = $4 where id::text = $1',
      [input.grant, ctx.clock.now(), nameOf(ctx.actor), reason],
    );
    await recordAudit(tx, ctx, {
      kind: 'dataset-grant-ended',
      subject: `dataset:${grant.dataset}`,
      content: { dataset: grant.slug, grant: input.grant, person: `person:${grant.person}`, reason },
    });
  });
  forgetGranted(ctx);
}
