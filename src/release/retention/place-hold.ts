import type { Ctx } from '../../kit/context.ts';
import type { Tx } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { nameOf, recordAudit } from '../../people/index.ts';
import { type HoldInput, holdInput } from './hold.ts';
import { lockHolds } from './holds-in-force.ts';

export type DatasetHeld = { id: string; slug: string; place: string | null; office: string | null };

/**
 * Places a hold in the transaction of what causes it (a records request that comes in, a person who decides); whether
 * that may be is the caller's to check. From the commit on nothing in its scope is destroyed, also by a run under way.
 * Call it before anything else of the datasets is locked; the audit log is locked at its end. Errors: invalid
 * (`details.field`), not-found.
 */
export async function placeHold(
  tx: Tx,
  ctx: Ctx,
  input: HoldInput,
  check: (datasets: readonly DatasetHeld[]) => void = () => {},
): Promise<{ id: string }> {
  const parsed = holdInput.safeParse(input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw wrong(String(issue?.path[0] ?? ''), `${issue?.path.join('.')}: ${issue?.message}`);
  }
  const hold = parsed.data;
  const { from, to, reviewOn, columns, area } = hold;
  if (from && to && Date.parse(from) >= Date.parse(to))
    throw wrong('to', 'The end lies before the beginning.');
  if (reviewOn <= ctx.clock.now().toISOString().slice(0, 10))
    throw wrong('reviewOn', 'Name a day to come, on which somebody looks whether the hold is still needed.');
  const { rows: datasets } = await tx.query<DatasetHeld>(
    'select id, slug, place, office from private.dataset where slug = any($1) order by id for share',
    [hold.datasets],
  );
  const missing = hold.datasets.find((slug) => !datasets.some((dataset) => dataset.slug === slug));
  if (missing !== undefined)
    throw new Problem('not-found', `There is no dataset “${missing}”.`, { details: { field: 'datasets' } });
  check(datasets);
  const ids = datasets.map(({ id }) => id);
  const properties = columns ? await propertiesOf(tx, ids, columns) : null;
  if (area && 'place' in area) await mustLieIn(tx, datasets, area.place);
  await lockHolds(tx, ids, 'place');
  const { rows } = await tx.query<{ id: string }>(
    `with hold as (
       insert into private.hold (cause, reason, source, review_on, columns, observed_property_ids, box, area_place,
         held_from, held_to, placed_by, placed_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id
     ), named as (
       insert into private.hold_dataset (hold_id, dataset_id) select id, unnest($13::bigint[]) from hold
     ) select id::text from hold`,
    [
      hold.cause,
      hold.reason,
      hold.source,
      reviewOn,
      columns ?? null,
      properties,
      area && 'box' in area ? area.box : null,
      area && 'place' in area ? area.place : null,
      from ?? null,
      to ?? null,
      nameOf(ctx.actor),
      ctx.clock.now(),
      ids,
    ],
  );
  const { id } = rows[0] as { id: string };
  await recordAudit(tx, ctx, {
    kind: 'hold-placed',
    subject: `hold:${id}`,
    content: {
      datasets: datasets.map(({ slug }) => slug),
      columns: columns ?? null,
      area: area ? { ...area } : null,
      from: from ?? null,
      to: to ?? null,
      cause: hold.cause,
      reason: hold.reason,
      source: hold.source,
      reviewOn,
    },
  });
  return { id };
}

async function propertiesOf(tx: Tx, datasetIds: string[], columns: string[]): Promise<string[]> {
  const { rows } = await tx.query<{ id: string; name: string }>(
    `select distinct op.id, 'result:' || op.name as name from private.datastream d
     join private.observed_property op on op.id = d.observed_property_id
     where d.dataset_id = any($1::bigint[]) and 'result:' || op.name = any($2)`,
    [datasetIds, columns],
  );
  const unknown = columns.find((column) => !rows.some(({ name }) => name === column));
  if (unknown !== undefined)
    throw wrong('columns', `None of these datasets has “${unknown}”. Write result: and what is measured.`);
  return rows.map(({ id }) => id);
}

/** A place has no outline here: a dataset lies in it whole, or which of its readings do is not known. */
async function mustLieIn(tx: Tx, datasets: readonly DatasetHeld[], place: string): Promise<void> {
  const { rows } = await tx.query<{ slug: string }>(
    `with recursive within as (
       select slug from released.place where slug = $1
       union select p.slug from released.place p join within w on p.parent = w.slug
     ) select slug from within`,
    [place],
  );
  if (rows.length === 0) throw wrong('area', `There is no place “${place}”.`);
  const outside = datasets.find((dataset) => !rows.some(({ slug }) => slug === dataset.place));
  if (outside)
    throw wrong(
      'area',
      `Which readings of “${outside.slug}” lie in ${place} is not known: it belongs to ${outside.place ?? 'no place'}. Draw the area as a box.`,
    );
}

const wrong = (field: string, message: string) => new Problem('invalid', message, { details: { field } });
