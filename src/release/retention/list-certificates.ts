import type { Ctx } from '../../kit/context.ts';
import { checkPermission, permittedSql } from '../../people/index.ts';

export type ListedCertificate = {
  number: string;
  dataset: string;
  title: string;
  series: string;
  at: string;
  readings: number;
  held: number;
  form: string;
};

/** The newest certificates of destruction of the asker's datasets, or of one of them. Errors: signed-out, not-allowed. */
export async function listCertificates(
  ctx: Ctx,
  input: { dataset?: string; most?: number } = {},
): Promise<ListedCertificate[]> {
  checkPermission(ctx, 'see-retention');
  const values: unknown[] = [input.dataset ?? null, input.most ?? 50];
  const seen = permittedSql(ctx, 'see-retention', { place: 'd.place', office: 'd.office' }, values);
  const { rows } = await ctx.app.query<ListedCertificate>(
    `select c.number::text, d.slug as dataset, d.title, c.content ->> 'series' as series, c.at,
       (c.content ->> 'readings')::int as readings, (c.content ->> 'held')::int as held,
       c.content -> 'disposition' ->> 'form' as form
     from private.destruction_certificate c join private.destruction_run r on r.id = c.run_id
     join private.dataset d on d.id = r.dataset_id
     where d.slug = coalesce($1, d.slug) and ${seen} order by c.number desc limit $2`,
    values,
  );
  return rows;
}
