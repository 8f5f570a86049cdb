import type { Ctx } from '../kit/context.ts';
import { type Tx, withTransaction } from '../kit/database.ts';
import { Problem } from '../kit/problem.ts';
import { checkPermission, emailAddress, nameOf, recordAudit } from '../people/index.ts';
import { forgetGranted } from './read-granted.ts';
import { zoneSql } from './release-readings.ts';

/**
 * Grants a dataset to a person: while its class is `agreement`, that person's own keys open it. It can be granted before
 * the class is changed. Errors: signed-out, not-allowed, not-found (the dataset, or nobody with an account under that
 * address), invalid (`details.field`: email, reason, from, until), conflict (granted already for some of that time).
 */
export async function grantDataset(
  ctx: Ctx,
  input: {
    dataset: string;
    email: string;
    reason: string;
    until?: Date | undefined;
    /** Instead: the first and last day, by the city's clock (`2026-11-25`); empty: from now on, without an end. */
    days?: { from: string; until: string };
  },
): Promise<{ id: string }> {
  checkPermission(ctx, 'grant-datasets');
  const email = emailAddress.safeParse(input.email);
  if (!email.success)
    throw new Problem('invalid', 'This is no mail address.', { details: { field: 'email' } });
  const reason = input.reason.trim();
  if (reason.length === 0 || reason.length > 1000 || reason.includes('\0'))
    throw new Problem('invalid', 'Give a reason of 1 to 1000 characters.', { details: { field: 'reason' } });
  const now = ctx.clock.now();
  const granted = await withTransaction(ctx.app, async (tx) => {
    const { rows: datasets } = await tx.query<{ id: string; place: string | null; office: string | null }>(
      'select id, place, office from private.dataset where slug = $1 for no key update',
      [input.dataset],
    );
    const [dataset] = datasets;
    if (!dataset) throw new Problem('not-found', `There is no dataset “${input.dataset}”.`);
    checkPermission(ctx, 'grant-datasets', dataset);
    const { from, until } = await spanOf(tx, dataset.id, now, input);
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
      `select from private.dataset_grant g where dataset_id = $1 and person_id = $2 and ended_at is null
         and (until_at is null or until_at > $3) and ($4::timestamptz is null or from_at < $4)`,
      [dataset.id, person.id, from, until],
    );
    if (known) throw new Problem('conflict', 'This person was granted it already. End that grant first.');
    const { rows } = await tx.query<{ id: string }>(
      `insert into private.dataset_grant (dataset_id, person_id, from_at, until_at, reason, granted_by, granted_at)
       values ($1, $2, $3, $4, $5, $6, $7) returning id`,
      [dataset.id, person.id, from, until, reason, nameOf(ctx.actor), now],
    );
    const { id } = rows[0] as { id: string };
    await recordAudit(tx, ctx, {
      kind: 'dataset-granted',
      subject: `dataset:${dataset.id}`,
      content: {
        dataset: input.dataset,
        grant: id,
        person: `person:${person.id}`,
        from: from.toISOString(),
        until: until?.toISOString() ?? null,
        reason,
      },
    });
    return { id };
  });
  forgetGranted(ctx);
  return granted;
}

/** When a grant begins and ends. Errors: invalid (`details.field`: from, until). */
async function spanOf(
  tx: Tx,
  datasetId: string,
  now: Date,
  { days, ...given }: { until?: Date | undefined; days?: { from: string; until: string } },
): Promise<{ from: Date; until: Date | null }> {
  let [from, until]: [Date | null, Date | null] = [null, given.until ?? null];
  if (days) {
    for (const field of ['from', 'until'] as const)
      if (days[field] && !isDay(days[field]))
        throw new Problem('invalid', `“${days[field]}” is no day. Write it like 2026-11-25.`, {
          details: { field },
        });
    // The last day counts whole.
    const { rows } = await tx.query<{ from: string | null; until: string | null }>(
      `select nullif($2, '')::date::timestamp at time zone ${zoneSql} as "from",
         (nullif($3, '')::date + 1)::timestamp at time zone ${zoneSql} as until from private.dataset ds where ds.id = $1`,
      [datasetId, days.from, days.until],
    );
    const at = (text: string | null | undefined) => (text ? new Date(text) : null);
    from = at(rows[0]?.from);
    until = at(rows[0]?.until);
  }
  if (!from || from < now) from = now;
  if (until && !(until > from))
    throw new Problem('invalid', 'The last day has passed, or is before the first.', {
      details: { field: 'until' },
    });
  return { from, until };
}

const isDay = (text: string): boolean =>
  /^20\d\d-\d\d-\d\d$/.test(text) &&
  !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) &&
  new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
