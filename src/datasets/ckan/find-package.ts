import type { Ctx } from '../../kit/context.ts';
import { type Entry, entriesById, entryBySlug } from '../entries.ts';
import { fromUuid } from '../resources.ts';

/** A dataset by its UUID or its short name; undefined when there is none in the catalog. */
export async function findPackage(ctx: Ctx, name: string): Promise<Entry | undefined> {
  const named = fromUuid(name);
  if (named) return named.kind === 'dataset' ? (await entriesById(ctx.public, [named.id]))[0] : undefined;
  return entryBySlug(ctx.public, name);
}
