import type { Ctx } from '../kit/context.ts';
import { withTransaction } from '../kit/database.ts';
import { checkPermission, recordFirst } from '../people/index.ts';
import { sides } from './audience.ts';
import type { PolicyContent } from './policy.ts';
import { type DatasetUnderPolicy, readPolicy, readUnderPolicy } from './policy-change.ts';
import { compileReadings, releasedColumns } from './reading-policy.ts';
import { binder, run, zoneSql } from './release-readings.ts';

/** A reading, or a group of them, in words of SensorThings. */
export type PreviewRow = {
  time: string;
  timeEnd: string | null;
  result: unknown;
  parameters: unknown;
  quality: unknown;
};
/** How many values were looked at, and how many of them nobody would see, alone or in a group. */
export type Looked = { looked: number; withheld: number };
export type Preview = Looked & {
  property: string;
  raw: PreviewRow[];
  /** Null: nothing of it is released. */
  released: PreviewRow[] | null;
  mode: 'withheld' | 'at-once' | 'later';
};

/** So many rows a preview shows; groups are made of more. */
export const listed = 20;
export const lookAt = ({ steps }: Pick<PolicyContent, 'steps'>): number =>
  steps.some((step) => step.do === 'aggregate') ? 2000 : listed;
const anHour = 3_600_000;

/** Reading what is not public is recorded, once an hour. */
export async function recordLook(ctx: Ctx, datasetId: string): Promise<void> {
  await recordFirst(
    ctx.app,
    ctx,
    {
      kind: 'restricted-data-read',
      subject: `dataset:${datasetId}`,
      content: { preview: 'release policy' },
    },
    new Date(ctx.clock.now().getTime() - anHour),
  );
}

/**
 * Shows what a policy would do to the newest readings of each thing that is observed: as measured, and as released, made
 * by the statement that releases them. Keys of keyed hashes that do not exist yet are made and not kept. Reading what is
 * not public is recorded. Errors: signed-out, not-allowed, not-found, invalid (the policy).
 */
export async function previewPolicy(
  ctx: Ctx,
  input: { dataset: string; policy: unknown },
): Promise<Preview[]> {
  checkPermission(ctx, 'preview-policy');
  const dataset = await readUnderPolicy(ctx.app, input.dataset);
  checkPermission(ctx, 'preview-policy', dataset);
  const policy = readPolicy(dataset, { reason: '-', ...(input.policy as object) });
  await recordLook(ctx, dataset.id);
  const previews: Preview[] = [];
  for (const [id, property] of Object.entries(dataset.properties))
    previews.push(await previewOne(ctx, dataset, policy, id, property));
  return previews;
}

async function previewOne(
  ctx: Ctx,
  dataset: DatasetUnderPolicy,
  policy: PolicyContent,
  propertyId: string,
  property: string,
): Promise<Preview> {
  class Undo extends Error {}
  const sampleSize = lookAt(policy);
  let answer: Preview | undefined;
  try {
    await withTransaction(ctx.app, async (tx) => {
      // As measured: in `private` where there is a policy, else on the dataset's own side.
      await tx.query(
        `create temporary table sample on commit drop as
         select o.* from (${sides
           .map(
             (side) => `select * from (select o.* from private.datastream d
               left join private.datastream_release r on r.datastream_id = d.id
               cross join lateral (select * from ${side}.observation o where o.datastream_id = d.id
                 order by phenomenon_start desc, id desc limit ${sampleSize}) o
               where d.dataset_id = $1 and d.observed_property_id = $2
                 ${side === 'private' ? '' : `and (r.datastream_id is null or r.phase = 'gather')`}) s${side}`,
           )
           .join(' union all ')}) o order by o.phenomenon_start desc, o.id desc limit ${sampleSize}`,
        [dataset.id, propertyId],
      );
      const { rows: zones } = await tx.query<{ zone: string }>(
        `select ${zoneSql} as zone from private.dataset ds where ds.id = $1`,
        [dataset.id],
      );
      const zone = zones[0]?.zone ?? 'UTC';
      for (const life of ['day', 'week', 'month'])
        await tx.query(
          `insert into private.release_key (dataset_id, life, begins_at, ends_at, key)
           select $1::bigint, $3::text, b, (b at time zone $2 + ('1 ' || $3)::interval) at time zone $2, private.gen_random_bytes(32)
           from (select distinct date_trunc($3, phenomenon_start, $2) as b from pg_temp.sample) p on conflict do nothing`,
          [dataset.id, zone, life],
        );
      const raw = await tx.query<PreviewRow>(
        `select ${shown} from pg_temp.sample x order by phenomenon_start desc`,
      );
      const values: unknown[] = [];
      const compiled = compileReadings(policy, { property, datasetId: dataset.id, zone }, binder(values));
      const released =
        compiled.mode === 'withheld'
          ? null
          : (
              await run<PreviewRow>(
                tx,
                `select ${shown} from (select ${releasedColumns.join(', ')} from (${compiled.select('pg_temp.sample o where true')}) y) x
                 order by phenomenon_start desc`,
                values,
              )
            ).rows;
      const grouped = policy.steps.some((step) => step.do === 'aggregate');
      const kept = (released ?? []).reduce((sum, row) => sum + (grouped ? countOf(row) : 1), 0);
      answer = {
        property,
        raw: raw.rows.slice(0, listed),
        released: released?.slice(0, listed) ?? null,
        mode: compiled.mode,
        looked: raw.rows.length,
        withheld: raw.rows.length - kept,
      };
      throw new Undo();
    });
  } catch (error) {
    if (!(error instanceof Undo) || !answer) throw error;
  }
  return answer as Preview;
}

/** How many readings a group stands for. */
const countOf = ({ parameters }: PreviewRow): number =>
  Number((parameters as { count?: number } | null)?.count ?? 0);

const shown = `x.phenomenon_start as time, x.phenomenon_end as "timeEnd", coalesce(to_jsonb(x.result_number), x.result_json) as result,
  x.parameters, x.result_quality as quality`;
