import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission, emailAddress, nameOf, recordAudit } from '../people/index.ts';
import { isInForce } from './granted.ts';
import { forgetGranted } from './read-granted.ts';

/**
 * Grants a dataset to a person: while its class is `agreement`, that person's own keys open it. It can be granted before
 * the class is changed. Errors: signed-out, not-allowed, not-found (the dataset, or nobody with an account under that
 * address), invalid (`details.field`: email, reason, until), conflict (granted already).
 */
export async function grantDataset(
  ctx: Ctx,
  input: { dataset: string; email: string; reason: string; until?: Date | undefined },
): Promise<{ id: string }> {
  checkPermission(ctx, 'grant-datasets');
  const email = emailAddress.safeParse(input.email);
  if (!email.success)
    throw new Problem('invalid', 'This is no mail address.', { details: { field: 'email' } });
  const reason = input.reason.trim();
  if (reason.length === 0 || reason.length > 1000 || reason.includes('\0'))
    throw new Problem('invalid', 'Give a reason of 1 to 1000 characters.', { details: { field: 'reason' } });
  const now = ctx.clock.now();
  if (input.until && !(input.until > now))
    throw new Problem('invalid', 'The last day has passed.', { details: { field: 'until' } });
  const granted = await withTransaction(ctx.app, async (tx) => {
    const { rows: datasets } = await tx.query<{ id: string; place: string | null; office: string | null }>(
      'select id, place, office from private.dataset where slug = $1 for no key update',
      [input.dataset],
    );
    const [dataset] = datasets;
    if (!dataset) throw new Problem('not-found', `There is no dataset “${input.dataset}”.`);
    checkPermission(ctx, 'grant-datasets', dataset);
    const { rows: people } = await tx.query<{ id: string }>(
      'select id::text from private.person where email = $1 for key share',
      [email.data],
    );
    const [person] = people;
    if (!person)
      throw new Problem(
        'not-found',
        'Nobody has an account under this address. They sign in once, then grant it.',
        {
          details: { field: 'email' },
        },
      );
    const { rowCount: known } = await tx.query(
      `select from private.dataset_grant g where dataset_id = $1 and person_id = $2 and ${isInForce('g', '$3')}`,
      [dataset.id, person.id, now],
    );
    if (known) throw new Problem('conflict', 'This person was granted it already. End that grant first.');
    const { rows } = await tx.query<{ id: string }>(
      `insert into private.dataset_grant (dataset_id, person_id, from_at, until_at, reason, granted_by, granted_at)
       values ($1, $2, $3, $4, $5, $6, $3) returning id`,
      [dataset.id, person.id, now, input.until ?? null, reason, nameOf(ctx.actor)],
    );
    const { id } = rows[0] as { id: string };
    await recordAudit(tx, ctx, {
      kind: 'dataset-granted',
      subject: `dataset:${dataset.id}`,
      content: {
        dataset: input.dataset,
        grant: id,
        person: `person:${person.id}`,
        until: input.until?.toISOString() ?? null,
        reason,
      },
    });
    return { id };
  });
  forgetGranted(ctx);
  return granted;
}
