import type { Ctx } from '../../kit/context.ts';
import { Problem } from '../../kit/problem.ts';
import { checkPermission, isPermitted } from '../../people/index.ts';
import { retentionChoices } from '../describe/retention-choices.ts';

export type SeriesChoices = {
  dataset: string;
  title: string;
  officeName: string | null;
  columns: string[];
  rules: { id: string; says: { en: string; es: string }; state: string }[];
  may: { set: boolean; propose: boolean; end: boolean; destroy: boolean };
};

/** A dataset with what may be chosen for its series, and what the asker may do. Errors: signed-out, not-allowed, not-found. */
export async function readSeriesChoices(ctx: Ctx, input: { dataset: string }): Promise<SeriesChoices> {
  checkPermission(ctx, 'see-retention');
  const { rows } = await ctx.app.query<
    Omit<SeriesChoices, 'rules' | 'may'> & { place: string | null; office: string | null }
  >(
    `select d.slug as dataset, d.title, d.place, d.office, o.name as "officeName",
       (select coalesce(json_agg(distinct 'result:' || op.name), '[]') from private.datastream s
        join private.observed_property op on op.id = s.observed_property_id where s.dataset_id = d.id) as columns
     from private.dataset d left join released.office o on o.slug = d.office where d.slug = $1`,
    [input.dataset],
  );
  const found = rows[0];
  if (!found || !isPermitted(ctx, 'see-retention', found))
    throw new Problem('not-found', `There is no dataset “${input.dataset}” within your places.`);
  const { place, office, ...dataset } = found;
  const rules = await retentionChoices(ctx.app, ctx, place);
  return {
    ...dataset,
    rules: rules
      .filter(({ custodian }) => custodian === undefined || custodian === office)
      .map(({ id, says, value }) => ({ id, says, state: value.state })),
    may: {
      set: isPermitted(ctx, 'set-retention', found),
      propose: isPermitted(ctx, 'propose-disposition', found),
      end: isPermitted(ctx, 'end-disposition', found),
      destroy: isPermitted(ctx, 'destroy-readings', found),
    },
  };
}
