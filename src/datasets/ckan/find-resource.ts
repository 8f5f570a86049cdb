import type { Ctx } from '../../kit/context.ts';
import { type Entry, entriesById } from '../entries.ts';
import { fromUuid } from '../resources.ts';

/** The dataset that a resource is of, by the resource's id; undefined when there is none in the catalog. */
export async function findResource(ctx: Ctx, id: string): Promise<Entry | undefined> {
  const named = fromUuid(id);
  if (!named || named.kind === 'dataset') return undefined;
  if (named.kind !== 'file') return (await entriesById(ctx.public, [named.id]))[0];
  const { rows } = await ctx.public.query<{ id: string }>(
    'select dataset_id::text as id from released.published_file where id = $1',
    [named.id],
  );
  return rows[0] && (await entriesById(ctx.public, [rows[0].id]))[0];
}
