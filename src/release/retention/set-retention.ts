import type { Ctx } from '../../kit/context.ts';
import { type Tx, withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission, nameOf, recordAudit } from '../../people/index.ts';
import { placeChain, type RulePlace } from '../../rules/index.ts';
import { lockDataset } from '../access-change.ts';
import { projectDatasets } from '../project.ts';

export type SeriesRule = {
  dataset: string;
  series: string;
  rule: string | null;
  duty: string;
  clock: string;
  reason: string;
};

/**
 * Says which rule of the rulebook governs a series: the dataset's readings (`*`), which its description then tells, or those
 * of one ObservedProperty (`result:…`); without a rule, the series has none any more. `duty`: whether the rule lets readings be destroyed
 * after its period (`may`) or orders it (`must`, for named columns alone). `clock`: whether its period starts with the
 * measuring. It destroys nothing. Errors: signed-out, not-allowed, not-found, invalid (`details.field`).
 */
export async function setRetention(ctx: Ctx, input: SeriesRule): Promise<void> {
  checkPermission(ctx, 'set-retention');
  await withTransaction(ctx.app, async (tx) => {
    const { id } = await recordSeries(tx, ctx, input);
    if (input.series === '*')
      await tx.query('update private.dataset set modified_at = $2 where id = $1', [id, ctx.clock.now()]);
    await projectDatasets(tx, [id]);
  });
}

/** The row and its event, in the caller's transaction, which projects the dataset. Errors: as setRetention. */
export async function recordSeries(tx: Tx, ctx: Ctx, input: SeriesRule): Promise<{ id: string }> {
  checkPermission(ctx, 'set-retention');
  const reason = input.reason.trim();
  if (reason === '' || reason.length > 1000 || reason.includes('\0'))
    throw wrong('reason', 'Say in 1 to 1000 characters why this rule governs it.');
  if (input.rule !== null && !['may', 'must'].includes(input.duty))
    throw wrong('duty', 'Say whether the rule allows or orders the destruction.');
  if (input.rule !== null && !['phenomenon-time', 'another'].includes(input.clock))
    throw wrong('clock', 'Say what starts the period.');
  if (input.rule !== null && input.duty === 'must' && input.series === '*')
    throw wrong('duty', 'Name the column that the rule wants gone: a records request keeps the others.');
  const { id, place, office } = await lockDataset(tx, input.dataset);
  checkPermission(ctx, 'set-retention', { place, office });
  const { rows: properties } = await tx.query<{ id: string }>(
    `select distinct op.id from private.datastream d join private.observed_property op on op.id = d.observed_property_id
     where d.dataset_id = $1 and 'result:' || op.name = $2`,
    [id, input.series],
  );
  if (input.series !== '*' && input.rule !== null && properties.length === 0)
    throw wrong('series', `The dataset has no column “${input.series}”.`);
  if (input.rule !== null) {
    const { rows: places } = await tx.query<RulePlace>('select slug, parent, state from released.place');
    const { rows: rules } = await tx.query<{ place: string; custodian: string | null }>(
      `select body ->> 'place' as place, body ->> 'custodian' as custodian from released.rule
       where id = $1 and body ->> 'aspect' = 'retention' order by recorded_at desc limit 1`,
      [input.rule],
    );
    const found = rules[0];
    if (!found) throw wrong('rule', `There is no rule on retention named “${input.rule}”.`);
    const chain = place === null ? [] : placeChain(places, place);
    if (!chain.includes(found.place) || (found.custodian !== null && found.custodian !== office))
      throw wrong('rule', `The rule is for ${found.custodian ?? found.place}, and this dataset is not.`);
  }
  const given = input.rule === null ? [null, null, null] : [input.rule, input.duty, input.clock];
  await tx.query(
    `insert into private.retention_series
       (dataset_id, series, observed_property_ids, rule_id, duty, clock, reason, set_by, set_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [id, input.series, properties.map((row) => row.id), ...given, reason, nameOf(ctx.actor), ctx.clock.now()],
  );
  // Where a rule says it, nobody is asked.
  if (input.series === '*' && input.rule !== null)
    await tx.query('update private.dataset set retention_ask = null where id = $1', [id]);
  await recordAudit(tx, ctx, {
    kind: 'retention-set',
    subject: `dataset:${id}`,
    content: {
      dataset: input.dataset,
      series: input.series,
      rule: input.rule,
      duty: given[1] as string | null,
      clock: given[2] as string | null,
      reason,
    },
  });
  return { id };
}

const wrong = (field: string, message: string) => new Problem('invalid', message, { details: { field } });
