import type { Ctx } from '../../kit/context.ts';
import { findOpenDataset } from '../readings/datastreams.ts';
import { isoTime } from '../sql.ts';
import type { PublishedFile } from './published-file.ts';

export const fileColumns = `f.id::text as id, to_char(f.month, 'YYYY-MM') as month, f.edition, f.rows::float8 as rows,
  f.bytes::float8 as bytes, f.sha256, ${isoTime('f.made_at')} as "madeAt", ${isoTime('f.ended_at')} as "endedAt",
  f.ended_why as "endedWhy"`;

/** The files that were there at some time from `from` up to `to` (null: now), of a dataset that is open today; else none. */
export async function listFilesDuring(
  ctx: Ctx,
  input: { slug: string; from: string; to: string | null },
): Promise<PublishedFile[]> {
  const { rows } = await ctx.public.query<PublishedFile>(
    `select ${fileColumns} from released.published_file f
     join released.dataset ds on ds.id = f.dataset_id and ds.access = 'open'
     where ds.slug = $1 and f.made_at is not null and ($3::timestamptz is null or f.made_at < $3)
       and (f.ended_at is null or f.ended_at > $2::timestamptz) order by f.month desc, f.edition desc`,
    [input.slug, input.from, input.to],
  );
  return rows;
}

/** Every file that was published of an open dataset, newest month first, each with its editions. Errors: not-found. */
export async function listFiles(ctx: Ctx, input: { slug: string }): Promise<PublishedFile[]> {
  const { id } = await findOpenDataset(ctx.public, input.slug);
  const { rows } = await ctx.public.query<PublishedFile>(
    `select ${fileColumns} from released.published_file f
     join released.dataset ds on ds.id = f.dataset_id and ds.access = 'open'
     where f.dataset_id = $1 and f.made_at is not null order by f.month desc, f.edition desc`,
    [id],
  );
  return rows;
}
